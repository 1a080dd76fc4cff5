package ismskit

import (
	"testing"

	"github.com/ismskit/ismskit/forms"
)

// What an entry takes over of a request leaves out files and what its reader must not see, and
// says so; what others enter later is none of it.
func TestAnEntryTakesNeitherFilesNorWhatIsHidden(t *testing.T) {
	label := func(s string) forms.Text { return forms.Text{"zh-TW": s} }
	fields := []forms.Field{
		{Key: "subject", Type: "text", Label: label("主旨")}, {Key: "reason", Type: "text", Label: label("事由")}, {Key: "proof", Type: "files", Label: label("佐證")},
		{Key: "note", Type: "text", Label: label("備註"), Later: true},
		{Key: "lines", Type: "table", Label: label("項目"), Fields: []forms.Field{{Key: "system", Type: "text"}, {Key: "grade", Type: "text", Label: label("職等")}, {Key: "paper", Type: "file", Label: label("附件")}}},
	}
	row := func(more forms.Row) forms.Row {
		more[forms.RowID], more["system"] = "r1", "S01"
		return more
	}
	all := forms.Values{
		"subject": "甲", "reason": "乙", "proof": []forms.File{{}}, "note": "丙", "gone": "丁",
		"lines": []forms.Row{row(forms.Row{"grade": "九", "paper": forms.File{}}), row(forms.Row{"grade": "八"})},
	}
	seen := forms.Values{"subject": "甲", "proof": all["proof"], "note": "丙", "lines": []forms.Row{row(forms.Row{"paper": forms.File{}}), row(forms.Row{})}}
	values, left := brought(fields, all, seen)
	rows, _ := values["lines"].([]forms.Row)
	if len(values) != 2 || values["subject"] != "甲" || len(rows) != 2 || len(rows[0]) != 2 || rows[0]["system"] != "S01" || rows[0][forms.RowID] != "r1" {
		t.Errorf("it takes over %+v", values)
	}
	var words []string
	for _, l := range left {
		words = append(words, l.In("zh-TW"))
	}
	if len(words) != 4 || words[0] != "事由" || words[1] != "佐證" || words[2] != "職等" || words[3] != "附件" {
		t.Errorf("it leaves out %q", words)
	}
}
