package ismskit

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Every text that the Kit's code names exists in every language, and none is
// left over. Texts whose names are put together are named by their beginning.
func TestEveryTextExistsInEveryLanguage(t *testing.T) {
	all, err := textsOf()
	if err != nil {
		t.Fatal(err)
	}
	for key := range all[defaultLang] {
		for _, lang := range languages {
			if all[lang][key] == "" {
				t.Errorf("%s has no %q", lang, key)
			}
		}
	}
	used := literals(t)
	prefixes := []string{"notice.", "outcome.", "digest.", "outside.field.", "why.", "paper.number_", "term.", "closure.kind.", "calendar_", "holding.", "going.", "flow.form.", "flow.hint.", "flow.group.", "flow.opt."}
	for _, lang := range languages {
		for key := range all[lang] {
			if all[defaultLang][key] == "" {
				t.Errorf("only %s has %q", lang, key)
			}
			composed := slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) })
			if !composed && !slices.Contains(used, key) {
				t.Errorf("%q is used nowhere", key)
			}
		}
	}
	for key := range all[defaultLang] {
		rule, worded := strings.CutPrefix(strings.TrimSuffix(key, ".subject"), "notice.")
		if worded && strings.HasSuffix(key, ".subject") && !slices.Contains(MessageRules(), rule) {
			t.Errorf("%s is worded but no rule of messages", rule)
		}
	}
	for _, rule := range MessageRules() {
		if rule == ruleDigest || rule == ruleLoanEnded {
			continue // worded under digest, and as every message about what is secret
		}
		for _, part := range []string{".subject", ".body"} {
			if all[defaultLang]["notice."+rule+part] == "" {
				t.Errorf("no words for notice.%s%s", rule, part)
			}
		}
	}
	for _, field := range []string{"to", "how", "number", "sent", "expected", "text", "replied", "reply_number", "reply"} {
		if all[defaultLang]["outside.field."+field] == "" {
			t.Errorf("no name for outside.%s", field)
		}
	}
	kinds := map[string]bool{"parts": true}
	for _, kind := range []HoldingKind{HoldsTask, HoldsConfirmation, HoldsQuestion, HoldsSignature, HoldsCase} {
		kinds[string(kind)] = true
	}
	for _, keep := range meanings {
		kinds[string(keep.kind)] = true
	}
	for _, kind := range []HoldingKind{UnitHasCase, UnitHasDecision, UnitHasTask, UnitHasDocument, UnitHasEntry} {
		kinds[string(kind)] = true
	}
	for _, keep := range unitMeanings {
		kinds[string(keep.kind)] = true
	}
	goings := map[string]bool{string(GoesAlong): true, string(GoesWithPeople): true, string(GoesByHand): true}
	for key := range all[defaultLang] {
		if goes, ok := strings.CutPrefix(key, "going."); ok && !goings[goes] {
			t.Errorf("%q says of nothing what becomes of it", key)
		}
	}
	for goes := range goings {
		if all[defaultLang]["going."+goes] == "" {
			t.Errorf("no words for going.%s", goes)
		}
	}
	kinds[string(HoldsEntry)], kinds["entry_name"] = true, true
	for key := range all[defaultLang] {
		if kind, ok := strings.CutPrefix(key, "holding."); ok && !kinds[kind] {
			t.Errorf("%q names nothing that somebody can have", key)
		}
	}
	for kind := range kinds {
		if all[defaultLang]["holding."+kind] == "" {
			t.Errorf("no words for holding.%s", kind)
		}
	}
	for _, g := range digestGroups {
		if all[defaultLang]["digest."+g] == "" {
			t.Errorf("no words for digest.%s", g)
		}
	}
}

// literals are all string constants of the package.
func literals(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					out = append(out, s)
				}
			}
			return true
		})
	}
	return out
}

// A full-width bracket has its own space: what is put beside one has none, in whatever
// order number and words stand; Latin letters and figures keep theirs.
func TestNoSpaceBesideAFullWidthBracket(t *testing.T) {
	row := NumberIn("zh-TW", "IS-04-012-115-0087", 2)
	for want, params := range map[string]map[string]string{
		"IS-04-012-115-0087（第 2 列）將於 115.11.24 到期": {"number": row, "due_date": "115.11.24"},
		"IS-04-012-115-0087 將於 115.11.24 到期":       {"number": "IS-04-012-115-0087", "due_date": "115.11.24"},
		"權限帳號申請單「調任」將於 115.11.24 到期":               {"number": "權限帳號申請單「調任」", "due_date": "115.11.24"},
	} {
		if got := say("zh-TW", "notice.before.subject", params); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := say("zh-TW", "digest.line", map[string]string{"number": row, "subject": "「甲」（乙）"}); got != "・"+row+"「甲」（乙）" {
		t.Errorf("between two brackets: %q", got)
	}
	if got := say("en", "notice.before.subject", map[string]string{"number": NumberIn("en", "IS-1", 2), "due_date": "2026-11-24"}); strings.Contains(got, ")is") || !strings.Contains(got, "2026-11-24") {
		t.Errorf("in English: %q", got)
	}
}
