package forms_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
)

// A text under the name of a Word file is refused where somebody attaches it. What was sent before
// that was looked at stops nobody: who records a result cannot mend it, and who may leaves it as it is.
func TestAFileThatWasSentStaysAsItIsCalled(t *testing.T) {
	f := oneField(t, `{"key":"proof","label":{"zh-TW":"證明"},"type":"file"},{"key":"more","label":{"zh-TW":"附件"},"type":"files"},
		{"key":"result","label":{"zh-TW":"結果"},"type":"text","required":true},
		{"key":"lines","label":{"zh-TW":"明細"},"type":"table","fields":[{"key":"sheet","label":{"zh-TW":"單據"},"type":"file"}]}`)
	file := func(name, digit string) forms.File {
		return forms.File{Name: name, Size: 9, Digest: strings.Repeat(digit, 64), MediaType: "text/plain"}
	}
	sent := forms.Values{"proof": file("報告.docx", "1"), "more": []forms.File{file("報告.docx", "2")}, "result": "可",
		"lines": []forms.Row{{forms.RowID: "a", "sheet": file("單據.pdf", "3")}}}
	for name, test := range map[string]struct {
		ctx  forms.CheckContext
		want string
	}{
		"attached":                   {forms.CheckContext{}, "proof more lines.1.sheet"},
		"by whom who cannot mend it": {forms.CheckContext{Rights: forms.Rights{Edit: []string{"result"}}}, ""},
		"by who may mend some":       {forms.CheckContext{Rights: forms.Rights{Edit: []string{"more"}}}, "more"},
		"sent before":                {forms.CheckContext{Sent: sent}, ""},
		"another was sent before":    {forms.CheckContext{Sent: forms.Values{"proof": file("報告.txt", "1"), "more": []forms.File{file("報告.docx", "2")}}}, "proof lines.1.sheet"},
	} {
		_, bad := f.Accept(test.ctx, sent, sent)
		var at []string
		for _, one := range bad {
			if one.Code == "file_content" {
				at = append(at, one.Path())
			}
		}
		if got := strings.Join(at, " "); got != test.want || len(at) != len(bad) {
			t.Errorf("%s: refused at %q, want %q: %v", name, got, test.want, bad)
		}
	}
	if _, fits := f.CheckFile("proof", file("報告.docx", "1")); fits {
		t.Error("such a file is taken")
	}
}
