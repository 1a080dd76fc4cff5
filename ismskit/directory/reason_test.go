package directory

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"
)

// Every code has a text in every language, and no text is idle.
func TestEveryReasonHasATextInEveryLanguage(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "reason.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.GenDecl)
		if !ok || spec.Tok != token.CONST {
			return true
		}
		for _, s := range spec.Specs {
			for _, v := range s.(*ast.ValueSpec).Values {
				code, err := strconv.Unquote(v.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				codes[code] = true
			}
		}
		return false
	})
	all, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for lang, texts := range all {
		for code := range codes {
			if texts[code] == "" {
				t.Errorf("%s has no text in %s", code, lang)
			}
		}
		if len(texts) != len(codes) {
			t.Errorf("%d texts in %s for %d codes", len(texts), lang, len(codes))
		}
	}
}
