package ismskit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
)

const module = "github.com/ismskit/ismskit/"

// arrows are the packages of ours that each package may import. What is not
// listed may import none; "…" stands for everything below.
var arrows = map[string][]string{
	"ismskit/calendar":  {},
	"ismskit/evidence":  {},
	"ismskit/reminder":  {},
	"ismskit/wholefile": {},
	"ismskit/filetext":  {},
	"ismskit/intake":    {},
	"workflow":          {},
	"forms":             {"ismskit/calendar"},
	// What reads workbooks is the host's choice: the Kit gets lines and cells.
	"forms/xlsx":        {"forms"},
	"ismskit/register":  {"forms", "ismskit/calendar"},
	"ismskit/record":    {},
	"ismskit/document":  {},
	"ismskit/directory": {"ismskit/register"},
	"ismskit": {"forms", "workflow", "ismskit/calendar", "ismskit/register", "ismskit/directory", "ismskit/document",
		"ismskit/reminder", "ismskit/record", "ismskit/evidence", "ismskit/wholefile", "ismskit/filetext", "ismskit/intake"},
	"ismskit/catalog":             {"ismskit", "forms", "workflow", "ismskit/…"},
	"ismskit/kittest":             {"ismskit", "forms", "workflow", "ismskit/…"},
	"ismskit/print":               {"ismskit", "forms", "workflow", "ismskit/…"},
	"ismskit/witness":             {"ismskit", "ismskit/evidence"},
	"ismskit/witness/witnesstest": {"ismskit/evidence"},
	// What asks a virus scanner over the network is the host's choice, too.
	"ismskit/clamd": {"ismskit"},
	// What parses certificates is the host's choice: the Kit knows a port.
	"ismskit/certificate": {"ismskit", "ismskit/evidence"},
	"storage":             {"ismskit", "forms", "workflow", "ismskit/…", "storage/…"},
	"storage/…":           {"ismskit", "forms", "workflow", "ismskit/…", "storage", "storage/…"},
	"refserver":           {"…"},
	"refserver/…":         {"…"},
	"examples/…":          {"…"},
}

type pkg struct {
	ImportPath, Dir string
	Imports, Deps   []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps=false", "-json=ImportPath,Dir,Imports,Deps", "./...")
	cmd.Dir = ".."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var all []pkg
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func covers(pattern, path string) bool {
	prefix, wide := strings.CutSuffix(pattern, "…")
	return pattern == path || wide && strings.HasPrefix(path, prefix)
}

func allowed(from string) ([]string, bool) {
	if to, ok := arrows[from]; ok {
		return to, true
	}
	for pattern, to := range arrows {
		if covers(pattern, from) {
			return to, true
		}
	}
	return nil, false
}

func TestImportsFollowTheArrows(t *testing.T) {
	for _, p := range packages(t) {
		from := strings.TrimPrefix(p.ImportPath, module)
		to, known := allowed(from)
		if !known {
			t.Errorf("%s: no arrows are written for it", from)
		}
		for _, dep := range p.Imports {
			name, ours := strings.CutPrefix(dep, module)
			if ours && !slices.ContainsFunc(to, func(pattern string) bool { return covers(pattern, name) }) {
				t.Errorf("%s must not import %s", from, name)
			}
			if dep == "testing" && !strings.HasSuffix(from, "test") {
				t.Errorf("%s imports testing and is no …test package", from)
			}
		}
	}
}

// The SDK and what it imports pull in no SQL, no HTTP and no bun.
func TestImportsOfTheSDKKnowNoSQLAndNoHTTP(t *testing.T) {
	for _, p := range packages(t) {
		from := strings.TrimPrefix(p.ImportPath, module)
		if from != "ismskit" && from != "forms" && from != "workflow" && (!strings.HasPrefix(from, "ismskit/") || strings.HasSuffix(from, "test")) {
			continue
		}
		for _, dep := range p.Deps {
			// google/uuid names database/sql/driver for its Value method; that
			// package holds only interfaces.
			if dep == "database/sql" || dep == "net/http" || strings.HasPrefix(dep, "github.com/uptrace/bun") || dep == "testing" {
				t.Errorf("%s pulls in %s", from, dep)
			}
		}
	}
}

// Ceilings: an interface or a handle that outgrows its ceiling has become two.
func TestImportsCeilings(t *testing.T) {
	contract := 0
	tx, kit := reflect.TypeFor[ismskit.Tx](), reflect.TypeFor[*ismskit.Kit]()
	// What a Tx hands out is part of the contract, and what the Kit hands out without
	// being asked anything is an area: new ones are counted like the old.
	for _, typ := range append([]reflect.Type{reflect.TypeFor[ismskit.Store](), tx}, handedOut(tx, 0)...) {
		if n := typ.NumMethod(); n > 10 {
			t.Errorf("%s has %d methods, more than 10", typ, n)
		}
		contract += typ.NumMethod()
	}
	if contract > 55 {
		t.Errorf("the storage contract has %d methods, more than 55", contract)
	}
	if n := kit.NumMethod(); n > 20 {
		t.Errorf("Kit has %d methods, more than 20", n)
	}
	areas := handedOut(kit, 1)
	if len(areas) < 8 || contract < 40 {
		t.Errorf("only %d areas and %d methods of storage were found", len(areas), contract)
	}
	for _, typ := range areas {
		if n := typ.NumMethod(); n > 12 {
			t.Errorf("%s has %d methods, more than 12", typ, n)
		}
	}
}

// handedOut are the types with methods that a type's methods give without
// parameters beside their receiver (counted in for a type that is no interface).
func handedOut(of reflect.Type, receivers int) []reflect.Type {
	var out []reflect.Type
	for i := range of.NumMethod() {
		m := of.Method(i).Type
		if m.NumIn() == receivers && m.NumOut() == 1 && m.Out(0).NumMethod() > 0 && m.Out(0).PkgPath() != "time" {
			out = append(out, m.Out(0))
		}
	}
	return out
}

func TestImportsNoInterfaceIsTheWholeSystem(t *testing.T) {
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if typ, ok := spec.Type.(*ast.InterfaceType); ok && typ.Methods.NumFields() > 10 {
				t.Errorf("%s: %s has %d methods, more than 10", path, spec.Name.Name, typ.Methods.NumFields())
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The direct dependencies are a list that is read before it grows.
func TestImportsDirectDependencies(t *testing.T) {
	cmd := exec.Command("go", "mod", "edit", "-json")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	var direct []string
	for _, r := range mod.Require {
		if !r.Indirect {
			direct = append(direct, r.Path)
		}
	}
	slices.Sort(direct)
	want, err := os.ReadFile("testdata/dependencies.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(direct, "\n") + "\n"; got != string(want) {
		t.Errorf("direct dependencies are\n%s\nand testdata/dependencies.txt says\n%s", got, want)
	}
}
