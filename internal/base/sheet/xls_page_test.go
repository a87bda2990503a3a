package sheet

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

func TestRead_PagesCalledXLS(t *testing.T) {
	encode := func(e interface{ String(string) (string, error) }, s string) string {
		out, err := e.String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	const table = "<table border=1><tr><th>Tên<br>đơn vị</th><th>SL &amp; ĐVT</th></tr>\n<tr><td> HTX\n  Mỹ&nbsp;Phong </td><td>1.234</td></tr></table>"
	const want = "Tên\nđơn vị|SL & ĐVT\nHTX Mỹ Phong|1.234\n"
	viet := "<html><head><meta http-equiv=Content-Type content='text/html; charset=windows-1258'></head><table><tr><td>vi\u0323</td></tr></table>"
	for name, c := range map[string]struct{ data, want string }{
		"a table alone": {table, want},
		"BOM":           {"\uFEFF\r\n" + table, want},
		"UTF-16":        {encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), "<html>"+table), want},
		"no BOM":        {encode(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder(), "<html>"+table), want},
		"Windows-1258":  {encode(charmap.Windows1258.NewEncoder(), viet), "vị\n"},
		"words around": {
			"<html><head><title>x</title><style>td{color:red}</style></head><body><h3>BIỂU 01</h3><p>Năm 2023</p>" + table + "<p>Người lập</p></body></html>",
			"BIỂU 01\nNăm 2023\n" + want + "Người lập\n",
		},
		"spans": {
			"<table><tr><td rowspan=2>a<td colspan=2>b<td>c<tr><td>d<td>e<td>f</table>", "a|b||c\n|d|e|f\n",
		},
		"a table inside":         {"<table><tr><td>a<table><tr><td>b</td></tr></table></td><td>c</td></tr></table>", "ab|c\n"},
		"two tables":             {"<table><tr><td>a</table>\n<table><tr><td>b</table>", "a\nb\n"},
		"empty rows stay":        {"<table><tr><td>a</td></tr><tr><td></td></tr><tr><td>b</td></tr></table>", "a\n\nb\n"},
		"no cell is ever closed": {"<table><tr><td>a<td>b<tr><td>c", "a|b\nc\n"},
	} {
		sheets, err := Read([]byte(c.data), Limits{})
		if err != nil || len(sheets) != 1 || texts(sheets[0]) != c.want {
			t.Errorf("%s: %v, %v", name, sheets, err)
		}
	}
	sheets, err := Read([]byte(`<table><tr><td x:num="1234.5">1.234,50</td><td x:num>7</td></tr></table>`), Limits{})
	if err != nil || sheets[0].At(0, 0) != (Cell{"1.234,50", "1234.5", true}) || sheets[0].At(0, 1) != (Cell{"7", "7", false}) {
		t.Errorf("%v, %v", sheets, err)
	}
}

func TestRead_PageOfLibreOffice(t *testing.T) {
	sheets, err := Read(fixture(t, "staff.html"), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if all := texts(sheets[0]); !strings.Contains(all, "STT|Tên đơn vị|Số lượng|Ngày|Điện thoại|Ghi chú\n1|HTX Mỹ Phong|") {
		t.Errorf("%q", all)
	}
}

func TestRead_PageRefused(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		lim  Limits
		key  string
	}{
		"too many rows":       {"<table>" + strings.Repeat("<tr><td>a", 50), Limits{Rows: 10}, faultRows},
		"too many columns":    {"<table><tr>" + strings.Repeat("<td>a", 50), Limits{Columns: 10}, faultColumns},
		"spans without end":   {"<table>" + strings.Repeat("<tr><td colspan=999 rowspan=9000>", 2000), Limits{Cells: 10_000}, faultBroken},
		"a cell without end":  {"<table><tr><td>" + strings.Repeat("a ", 2<<20), Limits{}, faultLong},
		"2003, XML cut off":   {xml2003Head + `<Worksheet ss:Name="S"><Table><Row><Cell><Data`, Limits{}, faultBroken},
		"2003, too many":      {xml2003Head + `<Worksheet ss:Name="S"><Table><Row ss:Index="999"><Cell><Data ss:Type="String">a</Data></Cell></Row></Table></Worksheet></Workbook>`, Limits{Rows: 10}, faultRows},
		"2003, entity bombed": {strings.Replace(xml2003Head, "<Workbook", `<!DOCTYPE x [<!ENTITY a "aaaa">]><Workbook`, 1) + `<Worksheet ss:Name="S"><Table><Row><Cell><Data ss:Type="String">&a;</Data></Cell></Row></Table></Worksheet></Workbook>`, Limits{}, faultBroken},
	} {
		_, err := Read([]byte(c.data), c.lim)
		if err == nil {
			t.Errorf("%s: read", name)
		} else if e := faultOf(t, err); e.Key != c.key {
			t.Errorf("%s: %v", name, e)
		}
	}
}

const xml2003Head = `<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
`

func TestRead_XML2003(t *testing.T) {
	sheets, err := Read([]byte(xml2003Head+`<Styles><Style ss:ID="d"><NumberFormat ss:Format="dd/mm/yyyy"/></Style><Style ss:ID="v"><Font ss:FontName=".VnTime"/></Style>
		<Style ss:ID="n"><NumberFormat ss:Format="Standard"/></Style></Styles>
	<Worksheet ss:Name="Biểu 01"><Table><Row><Cell ss:MergeAcross="1"><Data ss:Type="String">BIỂU</Data></Cell><Cell><Data ss:Type="Number">1.5</Data></Cell></Row>
	<Row ss:Index="3"><Cell ss:Index="2" ss:StyleID="v"><Data ss:Type="String">Hßa B×nh</Data><Comment><ss:Data>lời ghi</ss:Data></Comment></Cell>
	<Cell ss:StyleID="d"><Data ss:Type="DateTime">2023-12-31T00:00:00.000</Data></Cell><Cell ss:StyleID="n"><Data ss:Type="Number">1234567.5</Data></Cell><Cell><Data ss:Type="Boolean">0</Data></Cell></Row></Table></Worksheet>
	<Worksheet ss:Name="Ẩn"><Table><Row><Cell><Data ss:Type="String">a<B>b</B></Data></Cell></Row></Table><WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet></Workbook>`), Limits{})
	if err != nil || len(sheets) != 2 || !sheets[1].Hidden || sheets[0].Name != "Biểu 01" {
		t.Fatalf("%+v, %v", sheets, err)
	}
	if got := texts(sheets[0]); got != "BIỂU||1,5\n\n|Hòa Bình|31/12/2023|1.234.567,5|FALSE\n" || texts(sheets[1]) != "ab\n" {
		t.Errorf("%q, %q", got, texts(sheets[1]))
	}
	if sheets[0].At(0, 2) != (Cell{"1,5", "1.5", true}) || sheets[0].Merged[0] != (Area{0, 0, 1, 2}) {
		t.Errorf("%+v", sheets[0])
	}
}
