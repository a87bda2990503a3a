package calendar

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestReadDay_OK(t *testing.T) {
	for in, want := range map[string]string{
		"31/12/2023": "2023-12-31", "31-12-23": "2023-12-31", "31.12.2023": "2023-12-31", "1/2/2024": "2024-02-01",
		"15/11": "2023-11-15", "15.11": "2023-11-15", "25-12": "2023-12-25", "ngày 5 tháng 12 năm 2024": "2024-12-05", "5 tháng 12": "2023-12-05",
		"2023-12-31": "2023-12-31", "2023-12-31T00:00:00Z": "2023-12-31", "31/12/2023 14:30": "2023-12-31", "12/31/2023": "2023-12-31",
		"45291": "2023-12-31", "45291.604166": "2023-12-31",
		"tháng 11/2023": "2023-11-01 2023-11-30", "11/2023": "2023-11-01 2023-11-30", "Tháng 2 năm 2024": "2024-02-01 2024-02-29", "T11": "2023-11-01 2023-11-30", "tháng 11/23": "2023-11-01 2023-11-30",
		"tuần 48/2023": "2023-11-27 2023-12-03", "Tuần 48": "2023-11-27 2023-12-03", "tuần 48-50/2023": "2023-11-27 2023-12-17", "tuần 52 đến tuần 2": "2023-12-25 2024-01-14",
		"quanh năm": "2023-01-01 2023-12-31", "Cả năm 2024": "2024-01-01 2024-12-31", "2024": "2024-01-01 2024-12-31", "năm 2022": "2022-01-01 2022-12-31",
		"15/11 - 20/12/2023": "2023-11-15 2023-12-20", "15/11-20/12": "2023-11-15 2023-12-20", "15-20/11": "2023-11-15 2023-11-20", "5-10/11/2024": "2024-11-05 2024-11-10",
		"từ 15/11 đến 20/1/2024": "2023-11-15 2024-01-20", "từ ngày 15/11/2023 đến ngày 20/1": "2023-11-15 2024-01-20", "15/11 → 20/1": "2023-11-15 2024-01-20",
		"tháng 11-12/2023": "2023-11-01 2023-12-31", "11-12/2023": "2023-11-01 2023-12-31", "tháng 11 - 12": "2023-11-01 2023-12-31", "tháng 11 đến tháng 2": "2023-11-01 2024-02-29", "T11–T2/2024": "2023-11-01 2024-02-29",
		"tháng 10, 11, 12": "2023-10-01 2023-12-31", "tháng 10, 11 và 12/2024": "2024-10-01 2024-12-31", "tháng 12, 1": "2023-12-01 2024-01-31",
		"đầu tháng 11": "2023-11-01 2023-11-10", "giữa tháng 11/2023": "2023-11-11 2023-11-20", "cuối tháng 2/2024": "2024-02-21 2024-02-29", "cuối tháng 11 đến đầu tháng 12": "2023-11-21 2023-12-10",
		"quý IV/2023": "2023-10-01 2023-12-31", "Quý 1": "2023-01-01 2023-03-31", "quý III–IV/2024": "2024-07-01 2024-12-31",
		"rằm tháng 8": "2023-09-29", "rằm tháng Giêng": "2023-02-05", "23 tháng Chạp": "2024-02-02", "15/8 âm lịch": "2023-09-29", "mùng 10/3": "2023-04-29", "15/8/2024 (ÂL)": "2024-09-17",
		"từ 15 đến 20 tháng 11": "2023-11-15 2023-11-20", "Đến 31/12/2023": "2023-12-31",
	} {
		from, to, ok := ReadDay(in, 2023)
		got := from.String()
		if to != from {
			got += " " + to.String()
		}
		if !ok || got != want {
			t.Errorf("ReadDay(%q) = %s, %v, want %s", in, got, ok, want)
		}
	}
}

func TestReadDay_Refuses(t *testing.T) {
	for _, in := range []string{
		"", "theo mùa", "31/02/2023", "32/1/2023", "5-10-11", "10-12", "tháng 13", "tuần 54/2023", "tuần 53/2023", "quý V", "trước 20/12", "sau Tết", "5 tấn",
		"15/11/2023 - 1/11/2023", "tháng 10, 12", "123456", "1/1/1", "0/0/0", "29/2/2023", "tháng", "từ", "-", "1/13/13/2023", "15/11?", "30 tháng Chạp âm lịch 9999",
	} {
		if from, to, ok := ReadDay(in, 2023); ok {
			t.Errorf("ReadDay(%q) = %v, %v", in, from, to)
		}
	}
	if _, _, ok := ReadDay("15/11", 0); ok {
		t.Error("a day without a year was read without a hint")
	}
}

func TestReadDay_ReadsWhatIsPrinted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Day(rapid.Int32Range(1, int32(Date(2099, 1, 1))).Draw(t, "day"))
		for _, s := range []string{d.String(), FormatVI(d), d.Time().Format("2-1-2006"), d.Time().Format("2.1.2006")} {
			if from, to, ok := ReadDay(s, 0); !ok || from != d || to != d {
				t.Fatalf("ReadDay(%q) = %v, %v, %v", s, from, to, ok)
			}
		}
		if n := d.Serial(); n >= 20000 && n <= 80000 {
			if back, ok := FromSerial(n); !ok || back != d {
				t.Fatalf("serial %d is %v", n, back)
			}
		}
		if from, to, ok := ReadDay(d.Week().String(), 0); !ok || (Period{from, to}) != d.Week().Days() {
			t.Fatalf("%s is %v to %v", d.Week(), from, to)
		}
		p := Period{d, d + Day(rapid.Int32Range(0, 500).Draw(t, "length"))}
		if from, to, ok := ReadDay(p.String(), 0); !ok || (Period{from, to}) != p {
			t.Fatalf("%s is %v to %v", p, from, to)
		}
	})
}

func FuzzReadDay(f *testing.F) {
	for _, s := range []string{"31/12/2023", "tháng 10, 11 và 12/2024", "tuần 48-50/2023", "từ 15 đến 20 tháng 11", "rằm tháng 8", "45291.5", "quý IV", "-", "1/1-1/1-1/1"} {
		f.Add(s, 2023)
	}
	f.Fuzz(func(t *testing.T, s string, year int) {
		from, to, ok := ReadDay(s, year)
		if ok && (from > to || from < earliest || to > latest) || !ok && (from != 0 || to != 0) {
			t.Fatalf("ReadDay(%q, %d) = %v, %v, %v", s, year, from, to, ok)
		}
	})
}

func TestWeek_AsISO(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Day(rapid.Int32Range(1, 80000).Draw(t, "day"))
		w := d.Week()
		if !w.Days().Holds(d) || w.Monday().Time().Weekday() != time.Monday || w.Days().Len() != 7 || !w.Before(w.Next()) {
			t.Fatalf("%v lies in %v: %v", d, w, w.Days())
		}
	})
	if got := Date(2023, 12, 1).Week().String(); got != "tuần 48/2023" {
		t.Error(got)
	}
	if _, ok := ISOWeek(2023, 53); ok {
		t.Error("2023 has a week 53")
	}
}

func TestPeriod_OK(t *testing.T) {
	november, december := Month(2023, 11), Month(2023, 12)
	if _, ok := november.Overlap(december); ok {
		t.Error("November overlaps December")
	}
	both, ok := Year(2023).Overlap(Period{From: december.From})
	if !ok || both != december {
		t.Errorf("overlap with an open period: %v", both)
	}
	if (Period{}).Holds(1) || !(Period{From: 5}).Holds(7) || (Period{From: 5, To: 6}).Holds(7) || (Period{To: 6}).Holds(0) {
		t.Error("Holds")
	}
	if got := december.String(); got != "01/12/2023 – 31/12/2023" {
		t.Error(got)
	}
}

func TestSerial_AsSpreadsheets(t *testing.T) {
	for n, want := range map[int64]string{1: "1900-01-01", 59: "1900-02-28", 61: "1900-03-01", 25569: "1970-01-01", 45291: "2023-12-31"} {
		if d, ok := FromSerial(n); !ok || d.String() != want || d.Serial() != n {
			t.Errorf("serial %d is %v (%d)", n, d, d.Serial())
		}
	}
	for _, n := range []int64{0, 60, -1, 2958466, 1 << 40} {
		if d, ok := FromSerial(n); ok {
			t.Errorf("serial %d is %v", n, d)
		}
	}
}
