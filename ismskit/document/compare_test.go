package document_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

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

func addresses(parts []document.Part) string {
	var out []string
	for _, p := range parts {
		out = append(out, p.Address+"="+strings.ReplaceAll(p.Text, "\n", "/"))
	}
	return strings.Join(out, " ")
}

// A text that a program laid out has clauses by the numbers that stand before its paragraphs;
// none is wrong because it comes twice, or stands alone.
func TestTheClausesOfATextAreToldByItsNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"程序書\n\t版次\t日期\n壹、 目的\n為確保\n一、 甲\n(四) 乙\n2. 丙\n(1) 丁\n- 點\n\t一、\t表格\n壹、 附件": "=程序書 =版次 日期 壹=目的/為確保 壹一=甲 壹一(四)=乙 壹一(四)2=丙 壹一(四)2(1)=丁/點/一、 表格 壹=附件",
		"第一章 總則\n第一條 目的\n一、 甲\n第二條之一 範圍\n第二章 附則\n第三條（施行）":                           "第一章=總則 第一條=目的 第一條一=甲 第二條之一=範圍 第二章=附則 第三條=（施行）",
		"4. 作業\n4.1 申請\n(1) 甲\n4.2 審核\n4.2.1 形式\n5. 附則\n1.5倍":                       "4=作業 4.1=申請 4.1(1)=甲 4.2=審核 4.2.1=形式 5=附則/1.5倍",
		"一、 甲\n二、 乙\n壹、 丙": "一=甲 二=乙 壹=丙",
	} {
		if got := addresses(document.Lines(text)); got != want {
			t.Errorf("%q\n%s\nwant\n%s", text, got, want)
		}
	}
	// Markdown that Clauses does not read is told apart in the same way.
	if got := addresses(document.Parts([]byte("# 規定\n\n## 一、目的\n\n為**確保**\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n"))); got != "=規定 一=目的/為確保/甲 乙/1 2" {
		t.Error(got)
	}
}

// Spaces and line breaks that nobody reads make no difference; those between words do.
func TestSpacesThatNobodyReadsMakeNoDifference(t *testing.T) {
	if got := document.Compare(document.Lines("一、 每年　稽核\n一次 TLS 1.2"), document.Lines("一、每年稽核一次TLS 1.2")); len(got) > 0 {
		t.Errorf("%+v", got)
	}
	if got := document.Compare(document.Lines("now here"), document.Lines("nowhere")); len(got) == 0 {
		t.Error("two words are one")
	}
}

// Rows of a workbook are told by what they say, not by where they stand.
func TestARowThatMovedIsNotAnother(t *testing.T) {
	before := document.Sheets("#清冊\n1\t系統\t承辦人\n2\t公文系統\t王\n3\t差勤系統\t李", "#")
	after := document.Sheets("#清冊\n1\t系統\t承辦人\n2\t地政系統\t陳\n3\t公文系統\t王\n4\t差勤系統\t林", "#")
	got := document.Compare(before, after)
	if len(got) != 2 || got[0].Kind != document.Added || got[0].New != (document.Part{Address: "清冊", Row: 2, Text: "地政系統｜陳"}) ||
		got[1].Kind != document.Changed || got[1].Old.Row != 3 || got[1].New.Row != 4 {
		t.Errorf("%+v", got)
	}
}

// Whatever two texts are, comparing them comes to an end: tens of thousands of paragraphs that
// all differ, or that are all alike, or long ones of which each resembles each.
func TestComparingIsBounded(t *testing.T) {
	lines := func(n int, text func(int) string) []document.Part {
		var b strings.Builder
		for i := range n {
			b.WriteString(text(i) + "\n")
		}
		return document.Lines(b.String())
	}
	many := func(prefix string) func(int) string {
		return func(i int) string { return prefix + strconv.Itoa(i) }
	}
	inserted := func(i int) string {
		if i%1000 == 500 {
			return "段增" + strconv.Itoa(i)
		}
		return "段" + strconv.Itoa(i)
	}
	for name, two := range map[string][2][]document.Part{
		"each differs": {lines(30_000, many("甲")), lines(30_000, many("乙"))},
		"all alike":    {lines(30_000, func(int) string { return "同" }), append(lines(15_000, func(int) string { return "同" }), lines(20_000, func(i int) string { return []string{"同", "異"}[i%2] })...)},
		"long":         {lines(1000, many(strings.Repeat("甲乙", 500))), lines(1000, many(strings.Repeat("乙丙", 500)))},
		"numbers":      {lines(30_000, func(i int) string { return "一、 " + strconv.Itoa(i) }), lines(30_000, func(i int) string { return "一、 x" + strconv.Itoa(i) })},
	} {
		begun := time.Now()
		if got := document.Compare(two[0], two[1]); len(got) == 0 {
			t.Errorf("%s: no difference", name)
		}
		if took := time.Since(begun); took > time.Minute {
			t.Errorf("%s took %s", name, took)
		}
	}
	got := document.Compare(lines(20_000, many("段")), lines(20_000, inserted))
	if len(got) != 20 || got[0].Kind != document.Changed {
		t.Errorf("of a long text with 20 changes %d are told", len(got))
	}
}

// FuzzCompare compares any two texts, however they are laid out.
func FuzzCompare(f *testing.F) {
	f.Add("壹、 目的\n一、 甲\n\t乙\t丙", "壹、 目的\n第一條 丁\n1.2 戊")
	f.Add("\x1d清冊\n3\t甲\t乙", "\x1d清冊\n4\t甲")
	f.Fuzz(func(t *testing.T, before, after string) {
		for _, parts := range []func(string) []document.Part{
			document.Lines,
			func(s string) []document.Part { return document.Sheets(s, "\x1d") },
			func(s string) []document.Part { return document.Parts([]byte(s)) },
		} {
			x, y := parts(before), parts(after)
			if same := document.Compare(x, x); len(same) > 0 && same[0].Kind != document.Renumbered {
				t.Errorf("a text differs from itself: %+v", same)
			}
			added, removed := 0, 0
			for _, d := range document.Compare(x, y) {
				switch d.Kind {
				case document.Added:
					added++
				case document.Removed:
					removed++
				}
			}
			if len(x)+added-removed != len(y) {
				t.Errorf("%d parts, %d added, %d removed: %d", len(x), added, removed, len(y))
			}
		}
	})
}
