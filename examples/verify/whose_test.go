package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

// Who is told that a file is missing or changed reads whose it is: the case's number, what the
// file was called when it was uploaded, and the entry that names it. So from the program and
// from the page.
func TestAFileOfTheBundleIsCalledWhatPeopleCallIt(t *testing.T) {
	bundle, err := os.ReadFile(golden)
	check(t, err)
	const attachment = "files/048909fcf85a95ce8adaee54d67c9ebfa4cef609fabc7db85ad13d910be93ccc"
	for name, of := range map[string]struct{ without, from, to, want string }{
		"attachment gone":    {without: attachment, want: "不在封存檔內：" + attachment + "（案件 IS-04-023-2 的附件「公文.pdf」，記載於軌跡第 1 筆）"},
		"attachment changed": {from: "%PDF", to: "%XDF", want: "案件 IS-04-023-2 的附件「公文.pdf」被更動"},
		"page changed":       {from: "<title>1<", to: "<title>9<", want: "cases/1.html（案件 IS-04-023-1 的列印格式）：被更動"},
		"not numbered yet":   {without: attachment, from: `"number":"IS-04-023-2"`, to: `"number":""`, want: "（案件 權限帳號申請單 (2) 的附件「公文.pdf」"},
		"trail gone":         {without: "cases/2.trail", want: "cases/2.trail（案件 IS-04-023-2 的軌跡）"},
	} {
		b := without(t, bundle, of.without, of.from, of.to)
		r, err := evidence.VerifyBundle(bytes.NewReader(b), int64(len(b)), evidence.Options{})
		check(t, err)
		var said []string
		for _, f := range r.Findings {
			said = append(said, f.Text("zh-TW"))
		}
		page, shown := findsOnThePage(t, b)
		if name == "not numbered yet" && !strings.Contains(page.Text("#list"), "（尚未編號）　權限帳號申請單") {
			t.Errorf("the list calls it %s", page.Text("#list"))
		}
		for by, lines := range map[string]string{"program": strings.Join(said, "\n"), "page": strings.Join(shown, "\n")} {
			if !strings.Contains(lines, of.want) {
				t.Errorf("%s: the %s does not say %q:\n%s", name, by, of.want, lines)
			}
		}
	}
}
