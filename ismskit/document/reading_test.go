package document_test

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/ismskit/document"
)

// A house adds English titles, or corrects one language alone. Who reads in the other hears of no
// other title, for there is none.
func TestAnotherTitleIsToldOnlyWhoeverReadsOne(t *testing.T) {
	zh := func(title string) map[string]string { return map[string]string{"zh-TW": title} }
	both := func(zh, en string) map[string]string { return map[string]string{"zh-TW": zh, "en": en} }
	for name, test := range map[string]struct {
		issued, now map[string]string
		zh, en      []string // of the version in force
		oldEN       []string // of the one before it
	}{
		"English added afterwards":   {zh("甲程序書"), both("甲程序書", "Procedure A"), nil, nil, nil},
		"an English title of none":   {zh("甲程序書"), both("甲程序書", ""), nil, nil, nil},
		"English taken away":         {both("甲程序書", "Procedure A"), zh("甲程序書"), nil, nil, nil},
		"only Chinese corrected":     {both("甲程序書", "Procedure A"), both("乙程序書", "Procedure A"), []string{"本版發行時名稱為「甲程序書」"}, nil, nil},
		"only English corrected":     {both("甲程序書", "Procedure A"), both("甲程序書", "Procedure B"), nil, []string{"This version was issued under the title “Procedure A”"}, []string{"The document is now called “Procedure B”"}},
		"corrected, English added":   {zh("甲程序書"), both("乙程序書", "Procedure B"), []string{"本版發行時名稱為「甲程序書」"}, []string{"This version was issued under the title “甲程序書”"}, []string{"The document is now called “Procedure B”"}},
		"no language of both":        {zh("甲程序書"), map[string]string{"en": "Procedure A"}, []string{"本版發行時名稱為「甲程序書」"}, []string{"This version was issued under the title “甲程序書”"}, []string{"The document is now called “Procedure A”"}},
		"a language of neither ours": {map[string]string{"ja": "手順書", "en": ""}, map[string]string{"ja": "手順書"}, nil, nil, nil},
	} {
		d := document.Document{Title: test.now, Current: "1.1"}
		versions := []document.Version{
			{Label: "1.0", Seq: 1, State: document.Superseded, SupersededBy: "1.1", Title: test.issued},
			{Label: "1.1", Seq: 2, State: document.Current, Title: test.issued},
		}
		said := func(at int, lang string) (out []string) {
			for _, n := range document.NoticesIn(document.ReadingOf(d, versions, versions[at]).Notices, lang) {
				if n.Title != nil {
					out = append(out, n.Text(lang))
				}
			}
			return out
		}
		if zh, en, old := said(1, "zh-TW"), said(1, "en"), said(0, "en"); !slices.Equal(zh, test.zh) || !slices.Equal(en, test.en) || !slices.Equal(old, test.oldEN) {
			t.Errorf("%s: %q, %q, of the old one %q", name, zh, en, old)
		}
	}
}
