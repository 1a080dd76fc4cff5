package document_test

import (
	"errors"
	"html/template"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/document"
)

func read(t *testing.T, markdown string) document.Tree {
	t.Helper()
	tree, err := document.Clauses([]byte(markdown))
	must(t, err)
	return tree
}

const change = `# 變更管理

前言
接續。

## 壹、目的

為{{agency}}訂定。

## 陸、作業說明

### 三、變更管理

(一) 系統之變更，應有管理之機制。

（四） 下列變更應填寫「**變更申請單**」，
核准後始得施作：

1. 資料庫變更。
2. 防火牆設定：
   (1) 規則。
   (2) 備份。

補充說明。

- 項目 a
- 項目 b
  續行

#### 附註

### 四、惡意軟體

- (一) 應更新病毒碼。

| 系統 | 期間 |
| --- | --- |
| 防火牆 \| 主 | 6 個月 |
| 交換器 |

## 柒、作業表單

一、IS-04-024 軟體清冊。
`

func TestClausesAreFoundByTheirAddress(t *testing.T) {
	tree := read(t, change)
	want := []string{"壹", "陸", "陸三", "陸三(一)", "陸三(四)", "陸三(四)1", "陸三(四)2", "陸三(四)2(1)", "陸三(四)2(2)", "陸四", "陸四(一)", "柒", "柒一"}
	if got := tree.Addresses(); !slices.Equal(got, want) {
		t.Fatalf("%v", got)
	}
	for _, address := range []string{"陸三(四)2", "陸三（四）２", "陸、三、(四) 2.", " 陸三(四)2"} {
		c, ok := tree.Find(address)
		if !ok || document.Plain(c.Blocks[0].Text) != "防火牆設定：" {
			t.Errorf("%q leads to %+v", address, c)
		}
	}
	for _, address := range []string{"", "陸三(二)", "捌", "三(四)2"} {
		if c, ok := tree.Find(address); ok {
			t.Errorf("%q leads to %s", address, c.Address)
		}
	}
}

func TestWhatStandsInAClause(t *testing.T) {
	tree := read(t, change)
	if document.Plain(tree.Title) != "變更管理" || document.Plain(tree.Preamble[0].Text) != "前言接續。" {
		t.Errorf("%v %v", tree.Title, tree.Preamble)
	}
	four, _ := tree.Find("陸三(四)")
	if got := four.Blocks[0].Text; !slices.Equal(got, []document.Span{{Text: "下列變更應填寫「"}, {Text: "變更申請單", Bold: true}, {Text: "」，"}, {Text: "核准後始得施作："}}) {
		t.Errorf("%+v", got)
	}
	section, _ := tree.Find("陸三")
	if document.Plain(section.Heading) != "變更管理" || section.Anchor != "c-6-3" {
		t.Errorf("%+v", section)
	}
	last, _ := tree.Find("陸三(四)2(2)")
	kinds := []document.BlockKind{}
	for _, b := range last.Blocks {
		kinds = append(kinds, b.Kind)
	}
	if !slices.Equal(kinds, []document.BlockKind{document.Paragraph, document.Paragraph, document.BulletList, document.Subheading}) {
		t.Errorf("%v", kinds)
	}
	if items := last.Blocks[2].Items; len(items) != 2 || document.Plain(items[1]) != "項目 b續行" {
		t.Errorf("%v", items)
	}
	malware, _ := tree.Find("陸四(一)")
	table := malware.Blocks[1]
	if table.Kind != document.TableBlock || document.Plain(table.Rows[0][0]) != "防火牆 | 主" || len(table.Rows[1]) != 2 {
		t.Errorf("%+v", table)
	}
}

func TestTheAgencyIsAParameter(t *testing.T) {
	tree := read(t, change)
	filled := tree.With(map[string]string{"agency": "**晴海市政府民政局** <b>"})
	c, _ := filled.Find("壹")
	if got := document.Plain(c.Blocks[0].Text); got != "為**晴海市政府民政局** <b>訂定。" {
		t.Errorf("a value is text, not markup: %s", got)
	}
	if c, _ := tree.Find("壹"); document.Plain(c.Blocks[0].Text) != "為{{agency}}訂定。" {
		t.Error("filling changed the tree it came from")
	}
	if got := document.Parameters([]byte("{{it_center}} {{agency}} {{agency}} {{A b}} {{")); !slices.Equal(got, []string{"agency", "it_center"}) {
		t.Errorf("%v", got)
	}
}

// A text can't become markup: a template that prints the tree escapes all of it.
func TestNoMarkupComesOutOfAText(t *testing.T) {
	tree := read(t, "## 壹、<script>alert(1)</script>\n\n(一) <img src=x onerror=alert(1)> [a](javascript:b)，\n\n| <b> |\n|---|\n| <i> |\n")
	page := template.Must(template.New("").Parse(
		`{{range .Chapters}}<h2>{{range .Heading}}{{.Text}}{{end}}</h2>{{range .Children}}<p id="{{.Anchor}}">{{range .Blocks}}{{range .Text}}{{.Text}}{{end}}{{range .Head}}{{range .}}{{.Text}}{{end}}{{end}}{{end}}</p>{{end}}{{end}}`))
	var out strings.Builder
	must(t, page.Execute(&out, tree))
	if rest := strings.NewReplacer("<h2>", "", "</h2>", "", `<p id="c-1-1">`, "", "</p>", "").Replace(out.String()); strings.ContainsAny(rest, "<>") {
		t.Error(rest)
	}
}

func TestTextsThatCannotBeRead(t *testing.T) {
	tests := []struct {
		name, text, code string
		line             int
	}{
		{"an address used twice", "## 壹、目的\n\n(一) 甲，\n\n(一) 乙，\n", "duplicate", 5},
		{"one place written in two ways", "## 壹、目的\n\n### 十一、甲\n\n### 一十一、乙\n", "duplicate", 5},
		{"a section outside any chapter", "# 程序書\n\n### 一、目的\n", "orphan", 3},
		{"broken encoding", "## 壹、\xff", "encoding", 1},
		{"a NUL", "## 壹、\x00", "encoding", 1},
		{"too much", strings.Repeat("x", document.MaxMarkdown+1), "too_large", 1},
	}
	for _, test := range tests {
		_, err := document.Clauses([]byte(test.text))
		var e *document.ClauseError
		if !errors.As(err, &e) || e.Code != test.code || e.Line != test.line {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestDatesAndFiguresOpenNoClause(t *testing.T) {
	tree := read(t, "## 壹、目的\n\n115.11.23 修訂。\n\n1.3 版起適用。\n\n6 個月。\n\n0. 無此點。\n")
	if got := tree.Addresses(); !slices.Equal(got, []string{"壹"}) || len(tree.Chapters[0].Blocks) != 4 {
		t.Errorf("%v %v", got, tree.Chapters[0].Blocks)
	}
}

// The embedded procedure: every clause that the duties point at is there (K1).
func TestTheProcedureHasItsClauses(t *testing.T) {
	file, err := os.ReadFile("../catalog/data/documents/IS-02-008.md")
	must(t, err)
	meta, body, err := document.ParseMeta(file)
	must(t, err)
	if meta.Number != "IS-02-008" || meta.Level != 2 || meta.Class != "內部使用" || meta.Version != "1.3" || len(meta.Revisions) != 4 {
		t.Errorf("%+v", meta)
	}
	tree, err := document.Clauses(body)
	must(t, err)
	if len(tree.Chapters) != 7 {
		t.Errorf("%d chapters", len(tree.Chapters))
	}
	for _, address := range []string{"陸一(二)", "陸三(四)2", "陸六(三)12", "陸六(五)3", "陸十二(三)", "陸十二(四)1", "陸十五(二)", "柒四"} {
		if _, ok := tree.Find(address); !ok {
			t.Errorf("%s is missing", address)
		}
	}
	for _, r := range meta.Related {
		for _, address := range r.Clauses {
			if c, ok := tree.Find(address); !ok || !strings.Contains(c.Text(), r.Title) {
				t.Errorf("%s is said to name %s", address, r.Title)
			}
		}
	}
	retention, _ := tree.Find("陸十二(三)")
	if last := retention.Blocks[len(retention.Blocks)-1]; last.Kind != document.TableBlock || len(last.Rows) != 7 {
		t.Errorf("the retention table: %+v", last)
	}
	if got := document.Parameters(body); !slices.Equal(got, meta.Parameters) {
		t.Errorf("parameters %v, declared %v", got, meta.Parameters)
	}
}

func TestFrontMatterThatCannotBeRead(t *testing.T) {
	for name, text := range map[string]string{
		"no end":      "---\nnumber: X\n",
		"unknown key": "---\nnumbre: X\n---\n",
		"no YAML":     "---\n: : :\n\t-\n---\n",
	} {
		if m, _, err := document.ParseMeta([]byte(text)); err == nil {
			t.Errorf("%s: read as %+v", name, m)
		}
	}
	m, body, err := document.ParseMeta([]byte("## 壹、目的\n"))
	if err != nil || m.Number != "" || string(body) != "## 壹、目的\n" {
		t.Errorf("without front matter: %+v %q %v", m, body, err)
	}
}

func FuzzClauses(f *testing.F) {
	f.Add([]byte(change))
	f.Add([]byte("## 壹、\n**a** \\| | b\n|-\n| c\n(1) x\n1. y"))
	f.Fuzz(func(t *testing.T, markdown []byte) {
		tree, err := document.Clauses(markdown)
		if err != nil {
			return
		}
		anchors := map[string]bool{}
		tree.With(map[string]string{"agency": "x"}).Walk(func(c *document.Clause) {
			if found, ok := tree.Find(c.Address); !ok || found.Anchor != c.Anchor || anchors[c.Anchor] {
				t.Errorf("%s at %s isn't found as itself", c.Address, c.Anchor)
			}
			anchors[c.Anchor] = true
		})
	})
}

func FuzzParseMeta(f *testing.F) {
	f.Add([]byte("---\nnumber: X\ntitle: {zh-TW: 名}\n---\n## 壹、目的\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if _, _, err := document.ParseMeta(file); err != nil && err.Error() == "" {
			t.Error("an error without words")
		}
	})
}
