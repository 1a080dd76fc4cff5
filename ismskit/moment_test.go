package ismskit_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// Midnight passes while a head who leaves that night asks for his unit's list, reads a
// case and writes a remark: each is of the moment in which he began it.
func TestAnActionHasOneMomentThoughMidnightPasses(t *testing.T) {
	onStores(t, func(t *testing.T, store ismskit.Store) {
		clock, ticks := monday, false
		o := openOfficeWith(t, store, func(c *ismskit.Config) {
			c.Now = func() time.Time {
				now := clock
				if ticks {
					clock = clock.Add(time.Minute)
				}
				return now
			}
		})
		sent := o.apply("P13", threeRows())
		midnight := time.Date(2026, time.November, 24, 0, 0, 0, 0, taipei)
		clock, o.now = midnight, midnight
		o.leave("P11") // his last day was the day before
		last := midnight.Add(-time.Second)
		for name, does := range map[string]func() error{
			"lists": func() error {
				_, err := o.kit.Tasks(o.ctx, o.as("P11"), ismskit.TodoFilter{Everybody: true})
				return err
			},
			"reads": func() error { _, err := o.kit.Case(o.ctx, o.as("P11"), sent.Case); return err },
			"remarks": func() error {
				_, err := o.kit.Act(o.ctx, o.as("P11"), sent.Case, ismskit.Action{Verb: workflow.VerbComment, Comment: "已交接"})
				return err
			},
			"asks who he is": func() error { _, err := o.kit.People().Me(o.ctx, o.as("P11")); return err },
		} {
			clock, ticks = last, true
			err := does()
			ticks = false
			if err != nil {
				t.Errorf("he %s: %v", name, err)
			}
			clock = midnight
			if does() == nil {
				t.Errorf("he %s the day after", name)
			}
		}
	})
}

// So it is with every public action and read: what takes an actor reads the clock once,
// at its beginning. An action on a case does for each attempt, several with one act for
// each of them, and a checkpoint when it is signed.
func TestWhatTakesAnActorReadsTheClockOnce(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	once := regexp.MustCompile(`^\s*(\w+\.)?k = (\w+\.)?k\.once\(\)`)
	elsewhere := map[string]bool{"Act": true, "Open": true, "Sign": true, "Checkpoint": true}
	seen := 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		text, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, f.Name(), text, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || fn.Recv == nil || !fn.Name.IsExported() || elsewhere[fn.Name.Name] || !takesActor(fn) {
				continue
			}
			seen++
			if body := text[set.Position(fn.Body.Lbrace).Offset+1:]; !once.Match(body) {
				t.Errorf("%s: %s does not begin with k.once()", f.Name(), fn.Name.Name)
			}
		}
	}
	if seen < 60 {
		t.Errorf("only %d were looked at", seen)
	}
}

func takesActor(fn *ast.FuncDecl) bool {
	for _, p := range fn.Type.Params.List {
		if id, ok := p.Type.(*ast.Ident); ok && id.Name == "Actor" {
			return true
		}
	}
	return false
}
