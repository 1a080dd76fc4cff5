package document_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/document"
)

// Added, removed and changed clauses are told by their numbers; one that only moved down
// because another came before it is not taken for a changed one.
func TestTextsAreComparedClauseByClause(t *testing.T) {
	before := "# 程序書\n壹、 目的\n一、 確保安全。\n二、 定期檢討。\n三、 每年稽核一次。\n貳、 範圍\n一、 本局。\n"
	after := "# 程序書\n壹、 目的\n一、 確保安全。\n二、 指定專人。\n三、 定期檢討。\n四、 每半年稽核一次。\n貳、 範圍\n"
	var got []string
	for _, d := range document.Compare(document.Parts([]byte(before)), document.Parts([]byte(after))) {
		got = append(got, string(d.Kind)+" "+d.Address()+" "+d.Old.Text+"→"+d.New.Text)
	}
	want := "added 壹二 →指定專人。\nrenumbered 壹三 定期檢討。→定期檢討。\nchanged 壹四 每年稽核一次。→每半年稽核一次。\nremoved 貳一 本局。→"
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
	if same := document.Compare(document.Parts([]byte(after)), document.Parts([]byte(after))); len(same) > 0 {
		t.Errorf("a text differs from itself: %v", same)
	}
}

// A text without clauses is compared by its paragraphs.
func TestATextWithoutClausesIsComparedByParagraphs(t *testing.T) {
	got := document.Compare(document.Parts([]byte("第一段\n\n第二段內容\n")), document.Parts([]byte("第一段\n第二段的內容\n第三段\n")))
	if len(got) != 2 || got[0].Kind != document.Changed || got[1].Kind != document.Added || got[1].New.Text != "第三段" {
		t.Errorf("%+v", got)
	}
}

func TestWordsThatOneTextAloneHasAreMarked(t *testing.T) {
	marked := func(runs []document.Run) string {
		var b strings.Builder
		for _, r := range runs {
			if r.Own {
				b.WriteString("[" + r.Text + "]")
			} else {
				b.WriteString(r.Text)
			}
		}
		return b.String()
	}
	for _, c := range []struct{ before, after, was, is string }{
		{"每年稽核一次。", "每半年稽核一次。", "每年稽核一次。", "每[半]年稽核一次。"},
		{"use TLS 1.2 only", "use TLS 1.3 only", "use TLS 1.[2] only", "use TLS 1.[3] only"},
		{"", "新條文", "", "新條文"},
	} {
		was, is := document.Words(c.before, c.after)
		if marked(was) != c.was || marked(is) != c.is {
			t.Errorf("%q %q: %q %q", c.before, c.after, marked(was), marked(is))
		}
	}
}
