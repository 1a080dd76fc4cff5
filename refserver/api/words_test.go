package api

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/answer"
	"github.com/ismskit/ismskit/workflow"
)

// TestEveryRefusalHasWords: each code has a title and a detail in both languages,
// unless its own package words it.
func TestEveryRefusalHasWords(t *testing.T) {
	texts, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	codes := codesOf(t)
	if len(codes) < 20 {
		t.Fatalf("only %d codes found: %v", len(codes), codes)
	}
	for _, lang := range langs {
		for code := range codes {
			if texts[lang][code+".title"] == "" || texts[lang][code+".detail"] == "" {
				t.Errorf("%s: no words for %s", lang, code)
			}
		}
	}
	for key := range texts["zh-TW"] {
		code, _, _ := strings.Cut(key, ".")
		if texts["en"][key] == "" {
			t.Errorf("%s is not in English", key)
		}
		if !codes[code] && code != "refused" && code != "shape" && code != "list" {
			t.Errorf("nobody says %s", key)
		}
	}
	if len(texts["en"]) != len(texts["zh-TW"]) {
		t.Error("the languages differ")
	}
}

// codesOf reads the codes out of the sources, here, in package answer and of files that are not taken: the last
// text of every refusal, of every return of a status, of every line of a table
// of them, and what is assigned to a code.
func codesOf(t *testing.T) map[string]bool {
	t.Helper()
	codes := map[string]bool{}
	take := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if code, err := strconv.Unquote(lit.Value); err == nil && code != "" {
				codes[code] = true
			}
		}
	}
	look := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && key.Name == "code" {
				take(n.Value)
			}
			if key, ok := n.Key.(*ast.SelectorExpr); ok && strings.HasPrefix(key.Sel.Name, "Status") {
				take(n.Value)
			}
		case *ast.CompositeLit:
			if len(n.Elts) == 3 {
				take(n.Elts[2])
			}
		case *ast.AssignStmt:
			if to, ok := n.Lhs[0].(*ast.Ident); ok && to.Name == "code" && len(n.Rhs) == 1 {
				take(n.Rhs[0])
			}
		case *ast.ValueSpec: // why a file is not taken is a code as it is
			if strings.HasPrefix(n.Names[0].Name, "Untaken") && len(n.Values) == 1 {
				take(n.Values[0])
			}
		case *ast.ReturnStmt:
			if len(n.Results) == 2 {
				take(n.Results[1])
			}
		}
		return true
	}
	for _, name := range []string{"problem.go", "refuse.go", "../answer/status.go", "../../ismskit/files_refused.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, look)
	}
	return codes
}

// TestWorkflowRefusalsAreNoFaults: every refusal of the engine but a broken state
// is the asker's to mend or to know.
func TestWorkflowRefusalsAreNoFaults(t *testing.T) {
	for _, r := range []*workflow.Refusal{
		workflow.ErrNotOpen, workflow.ErrStale, workflow.ErrNotAssigned, workflow.ErrPhase, workflow.ErrVerb, workflow.ErrReason,
		workflow.ErrResult, workflow.ErrReply, workflow.ErrReturnTarget, workflow.ErrSeparation, workflow.ErrDeputy, workflow.ErrNotApplicant,
		workflow.ErrWithdraw, workflow.ErrOutside, workflow.ErrTimeout, workflow.ErrChildren, workflow.ErrNobody, workflow.ErrApart, workflow.ErrQuorum,
		workflow.ErrAnswer, workflow.ErrInput, workflow.ErrConditionFail,
	} {
		if s, code := status(r); s < 400 || s >= 500 || code != r.Code {
			t.Errorf("%s: %d %s", r.Code, s, code)
		}
	}
	if s, _ := status(workflow.ErrState); s != http.StatusInternalServerError {
		t.Errorf("a broken state: %d", s)
	}
	if s, code := status(fs.ErrPermission); s != http.StatusInternalServerError || code != "fault" {
		t.Errorf("what nobody expected: %d %s", s, code)
	}
}

// TestLanguages: what a client wishes, and what it gets.
func TestLanguages(t *testing.T) {
	for accept, want := range map[string]string{
		"": "zh-TW", "en": "en", "en-US,en;q=0.8": "en", "zh-CN": "zh-TW", "zh-Hant": "zh-TW", "fr": "zh-TW", "fr, en;q=0.5": "en", "*": "zh-TW",
		"zh-TW;q=0.4, en;q=0.9": "en", "]]": "zh-TW",
	} {
		if got := chooseLang(accept); got != want {
			t.Errorf("%q: %s, want %s", accept, got, want)
		}
	}
}

// TestCursors go round, and nothing else is one.
func TestCursors(t *testing.T) {
	for _, m := range []mark{{ID: "x"}, {ID: "IS-02\x00doc"}} {
		if got, err := parseCursor(cursor(m)); err != nil || got != m {
			t.Errorf("%+v came back as %+v, %v", m, got, err)
		}
	}
	for _, s := range []string{"x", "e30", "bnVsbA", "W10", strings.Repeat("A", 300)} {
		if _, err := parseCursor(s); err == nil {
			t.Errorf("%q is taken for a cursor", s)
		}
	}
}

// FuzzCheckJSON: no input makes it panic, and what it lets pass means something to
// encoding/json too.
func FuzzCheckJSON(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":[1,{"b":null}]}`, `{"a":1,"a":2}`, `[[[[`, `"\ud800"`, `{"a"`, `1 2`, "\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		faults := checkJSON(b)
		for _, fault := range faults {
			if s, code := answer.Of(faults); s != http.StatusBadRequest || code != "malformed" || fault.Message("zh-TW") == "" {
				t.Errorf("%+v: %d %s", fault, s, code)
			}
		}
	})
}

// TestRefuse: what a guard before the API refuses is a problem too.
func TestRefuse(t *testing.T) {
	a := &API{}
	for _, code := range []int{400, 403, 404, 405, 413, 429} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, "/api/v1/cases", nil)
		r.Header.Set("Accept-Language", "en")
		a.Refuse(w, r, code)
		if w.Code != code || w.Header().Get("Content-Type") != problemType || !strings.Contains(w.Body.String(), `"title":"`) {
			t.Errorf("%d: %d %s", code, w.Code, w.Body)
		}
	}
}

// TestWhatDoesNotFitIsSaidInTheReadersLanguage: the library says it in English.
func TestWhatDoesNotFitIsSaidInTheReadersLanguage(t *testing.T) {
	for said, want := range map[string][2]string{
		"expected required property type to be present": {"缺少「type」。", "\"type\" is missing."},
		"unexpected property":                           {"沒有這個欄位，請移除。", "There is no such field; please take it out."},
		"expected length <= 100":                        {"最多 100 個字元。", "Give at most 100 characters."},
		"expected value to be one of \"a, b\"":          {"只能填：a, b。", "Give one of: a, b."},
		"invalid integer":                               {"請填整數。", "Give a whole number."},
		"expected number >= 1":                          {"不得小於 1。", "Give 1 or more."},
		"something new":                                 {"內容不符規定，請對照介面說明。", "It does not fit the description of the interface."},
	} {
		if zh, en := shapeFault("zh-TW", said), shapeFault("en", said); zh != want[0] || en != want[1] {
			t.Errorf("%s: %q, %q", said, zh, en)
		}
	}
	texts, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range shapes {
		for _, lang := range langs {
			if texts[lang][s.key] == "" {
				t.Errorf("%s: no words for %s", lang, s.key)
			}
		}
	}
}
