package workflow

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Every code in the source has a sentence in every language, a problem's with
// the same parameters, and no sentence is left over.
func TestSentences(t *testing.T) {
	used := codes(t)
	used["adopt.apart"], used["adopt.apart_named"] = true, true
	for _, h := range held {
		used["adopt."+h.code] = true
	}
	for _, b := range blanks {
		used["problem."+b.says] = true
	}
	used["word.applicant"], used["word.doer"] = true, true // names of those who are no step
	// The separation of duties from whom the form names, said to him and of him.
	used["refusal.separation_self"], used["refusal.separation_named"] = true, true
	used["refusal.separation_unit"], used["refusal.already_unit"] = true, true // of the head of a unit
	used["refusal.people_consult"] = true                                      // units may be named too
	used["word.list"] = true                                                   // between the members of a list
	for _, became := range shutTasks {
		used["refusal.not_open."+string(became)] = true
	}
	for lang, texts := range catalogue() {
		for code := range used {
			if texts[code] == "" {
				t.Errorf("%s has no sentence for %s", lang, code)
			}
		}
		for code := range texts {
			if !used[code] {
				t.Errorf("%s: nobody says %s", lang, code)
			}
		}
	}
	param := regexp.MustCompile(`\{[a-z_]+\}`)
	for code, en := range catalogue()["en"] {
		a, b := param.FindAllString(en, -1), param.FindAllString(catalogue()["zh-TW"][code], -1)
		slices.Sort(a)
		slices.Sort(b)
		if strings.HasPrefix(code, "problem.") && !slices.Equal(a, b) {
			t.Errorf("%s: parameters %v in English, %v in Chinese", code, a, b)
		}
	}
}

// codes collects the codes that the source passes to note, and those of the
// refusals.
func codes(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	used := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		kind := "problem."
		switch name {
		case "refusal.go":
			kind = "refusal."
		case "adopt.go", "adopt_apart.go", "adopt_step.go":
			kind = "adopt."
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if sel, ok := n.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "stands" {
					add(used, kind, n.Args[0]) // adoption.stands(code, place, …)
				} else if ok && sel.Sel.Name == "note" {
					at := 2 // checker.note(place, at, code, …)
					if name == "decode.go" {
						at = 1 // reader.note(path, code, …)
					}
					add(used, kind, n.Args[at])
				}
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Code" {
					add(used, kind, n.Value)
				}
			}
			return true
		})
	}
	return used
}

func add(used map[string]bool, kind string, e ast.Expr) {
	if lit, ok := e.(*ast.BasicLit); ok {
		if code, err := strconv.Unquote(lit.Value); err == nil {
			used[kind+code] = true
		}
	}
}
