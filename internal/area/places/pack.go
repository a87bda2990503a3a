//go:build ignore

// Pack builds data/units.tsv.gz, the list of all administrative units that the atlas
// embeds. Without arguments it reads the packed file itself, checks it and writes it
// again, so that `go generate` on an unchanged tree changes nothing. With a folder of the
// source tables (units_2023*.csv, units_2025*.csv, unit_successions*.csv) it starts from them:
//
//	go run pack.go FOLDER
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"io"
	"log"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const out = "data/units.tsv.gz"

// other is a second spelling that State papers use beside the one in the lists.
var other = map[string]string{
	"05245@2023": "Xăm Khòe",
}

// renamed lists units that changed their kind or name without a new code: what they were
// before, and the day of the change.
var renamed = map[string]struct{ before, day string }{
	"75@2025": {"Tỉnh Đồng Nai", "2026-04-30"},
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("pack: ")
	var body []byte
	if len(os.Args) > 1 {
		body = fromTables(os.Args[1])
	} else {
		z, err := os.ReadFile(out)
		check(err)
		r, err := gzip.NewReader(bytes.NewReader(z))
		check(err)
		body, err = io.ReadAll(r)
		check(err)
	}
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	check(err)
	_, err = w.Write(body)
	check(err)
	check(w.Close())
	check(os.WriteFile(out, buf.Bytes(), 0o644))
	log.Printf("%d lines, %d bytes packed", bytes.Count(body, []byte("\n")), buf.Len())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

type row map[string]string

func read(dir string, names ...string) (rows []row) {
	for _, n := range names {
		f, err := os.Open(filepath.Join(dir, n))
		check(err)
		all, err := csv.NewReader(f).ReadAll()
		check(err)
		f.Close()
		for _, r := range all[1:] {
			m := row{}
			for i, h := range all[0] {
				m[h] = norm.NFC.String(r[i])
			}
			rows = append(rows, m)
		}
	}
	return rows
}

// point in 1e-5 degrees; 0 0 when the tables have none.
func point(r row) (lat, lon int64) {
	a, err1 := strconv.ParseFloat(r["lat"], 64)
	o, err2 := strconv.ParseFloat(r["lon"], 64)
	if err1 != nil || err2 != nil {
		return 0, 0
	}
	return int64(math.Round(a * 1e5)), int64(math.Round(o * 1e5))
}

// One line a unit: U border code level parent full alt lat lon hectares population note; one
// a later version of it: V border code day full; one a succession of communes and provinces:
// S level old new kind. That districts end in their province is not repeated here.
func fromTables(dir string) []byte {
	oldUnits := read(dir, "units_2023.csv", "units_2023_other_communes.csv")
	newUnits := read(dir, "units_2025.csv", "units_2025_other_communes.csv")
	succ := read(dir, "unit_successions.csv", "unit_successions_other_communes.csv")

	at := map[string][2]int64{} // commune 2025 → point
	for _, r := range newUnits {
		a, o := point(r)
		at[r["code"]] = [2]int64{a, o}
	}
	heir := map[string]string{} // commune 2023 → first successor
	count := map[string]int{}
	for _, s := range succ {
		if s["level"] == "commune" {
			count[s["old_code"]]++
			if heir[s["old_code"]] == "" {
				heir[s["old_code"]] = s["new_code"]
			}
		}
	}
	// Districts without a polygon lie in the middle of their communes.
	sum := map[string][3]int64{}
	for _, r := range oldUnits {
		if r["level"] != "commune" {
			continue
		}
		if p := at[heir[r["code"]]]; p[0] != 0 {
			s := sum[r["parent_code"]]
			sum[r["parent_code"]] = [3]int64{s[0] + p[0], s[1] + p[1], s[2] + 1}
		}
	}

	var lines []string
	add := func(border string, r row) {
		key := r["code"] + "@20" + border
		lat, lon := point(r)
		switch {
		case border == "23" && r["level"] == "commune" && heir[r["code"]] != "":
			lat, lon = 0, 0 // taken from the successor when loading
		case lat == 0 && r["level"] == "district":
			if s := sum[r["code"]]; s[2] > 0 {
				lat, lon = s[0]/s[2], s[1]/s[2]
			}
		}
		alt := other[key]
		if a := r["name_vi_alt"]; a != "" && tones(a) != tones(r["name_vi"]) {
			alt = a
		}
		full, later := upper(tones(r["full_name_vi"])), ""
		if c, ok := renamed[key]; ok {
			later = strings.Join([]string{"V", border, r["code"], c.day, full}, "\t")
			full = c.before
		}
		area := ""
		if v, err := strconv.ParseFloat(r["area_km2"], 64); err == nil {
			area = strconv.FormatInt(int64(math.Round(v*100)), 10) // hectares
		}
		lines = append(lines, strings.TrimRight(strings.Join([]string{
			"U", border, r["code"], r["level"][:1],
			r["parent_code"], full, alt, num(lat), num(lon), area, r["population"], r["flag"],
		}, "\t"), "\t"))
		if later != "" {
			lines = append(lines, later)
		}
	}
	order := func(rs []row) {
		rank := map[string]int{"province": 0, "district": 1, "commune": 2}
		sort.SliceStable(rs, func(i, j int) bool {
			if a, b := rank[rs[i]["level"]], rank[rs[j]["level"]]; a != b {
				return a < b
			}
			return rs[i]["code"] < rs[j]["code"]
		})
	}
	order(oldUnits)
	order(newUnits)
	for _, r := range oldUnits {
		add("23", r)
	}
	for _, r := range newUnits {
		add("25", r)
	}
	for _, s := range succ {
		kind := s["kind"]
		switch {
		case s["level"] == "district":
			continue
		case s["level"] == "commune" && (kind == "divided") != (count[s["old_code"]] > 1):
			log.Fatalf("%s: %s, but %d successors", s["old_code"], kind, count[s["old_code"]])
		}
		lines = append(lines, strings.Join([]string{"S", s["level"][:1], s["old_code"], s["new_code"], kind[:1]}, "\t"))
	}
	return []byte(strings.Join(lines, "\n") + "\n")
}

// upper mends a full name that begins with a small letter ("xã Bắc Sơn").
func upper(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

func num(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// tones writes the open syllables oa, oe, uy with the tone on the first vowel (Hòa, Thủy),
// as the province's own papers do; the lists mix both ways.
func tones(s string) string {
	words := strings.Split(s, " ")
	for i, w := range words {
		for from, to := range map[string]string{
			"oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
			"oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
			"uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
		} {
			if b, ok := strings.CutSuffix(w, from); ok && !strings.HasSuffix(strings.ToLower(b), "q") {
				words[i] = b + to
			}
		}
	}
	return strings.Join(words, " ")
}
