package api_test

import (
	"bytes"
	"flag"
	"io"
	"mime"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:generate go test -run TestTheDescriptionIsFresh -update .

var update = flag.Bool("update", false, "write testdata/openapi.json anew")

const golden = "testdata/openapi.json"

// manual is the OpenAPI document as a client reads it: every answer in these
// tests is held to it.
type manual struct {
	doc      map[string]any
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema
}

func readManual(t testing.TB, description []byte) *manual {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(description))
	must(t, err)
	m := &manual{doc: doc.(map[string]any), compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}}
	m.compiler.DefaultDraft(jsonschema.Draft2020)
	m.compiler.AssertFormat()
	must(t, m.compiler.AddResource("openapi.json", doc))
	return m
}

func (m *manual) paths() map[string]any { return m.doc["paths"].(map[string]any) }

var parameter = regexp.MustCompile(`\\\{[a-z]+\\\}`)

// pathOf finds the template of an address.
func (m *manual) pathOf(method, address string) string {
	best := ""
	for path, item := range m.paths() {
		if _, ok := item.(map[string]any)[strings.ToLower(method)]; !ok {
			continue
		}
		pattern := "^" + parameter.ReplaceAllString(regexp.QuoteMeta(path), `[^/]+`) + "$"
		if ok, err := regexp.MatchString(pattern, address); err == nil && ok && (best == "" || strings.Count(path, "{") < strings.Count(best, "{")) {
			best = path
		}
	}
	return best
}

// hold compares an answer with its description.
func (m *manual) hold(t testing.TB, method, path string, a answer) {
	t.Helper()
	path, _, _ = strings.Cut(path, "?")
	template := m.pathOf(method, "/api/v1"+path)
	if template == "" {
		if a.status != 404 && a.status != 405 {
			t.Errorf("%s answers %d and is not described", a.what, a.status)
		}
		return
	}
	operation := m.paths()[template].(map[string]any)[strings.ToLower(method)].(map[string]any)
	response, ok := operation["responses"].(map[string]any)[strconv.Itoa(a.status)].(map[string]any)
	if !ok {
		t.Errorf("%s: status %d is not described: %s", a.what, a.status, a.raw)
		return
	}
	described, _ := response["headers"].(map[string]any)
	for _, name := range []string{"Retry-After", "WWW-Authenticate", "ETag", "Location", "Link"} {
		if a.head.Get(name) != "" && described[name] == nil {
			t.Errorf("%s: status %d: the header %s is not described", a.what, a.status, name)
		}
	}
	content, _ := response["content"].(map[string]any)
	if len(a.raw) == 0 {
		return
	}
	kind, _, err := mime.ParseMediaType(a.head.Get("Content-Type"))
	must(t, err)
	_, named := content[kind]
	if _, any := content["*/*"]; !named && !any {
		t.Errorf("%s: status %d as %s is not described", a.what, a.status, kind)
		return
	}
	if !named || !strings.Contains(kind, "json") {
		return
	}
	escape := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace
	pointer := "openapi.json#/paths/" + escape(template) + "/" + strings.ToLower(method) + "/responses/" + strconv.Itoa(a.status) +
		"/content/" + escape(kind) + "/schema"
	schema, ok := m.schemas[pointer]
	if !ok {
		schema, err = m.compiler.Compile(pointer)
		must(t, err)
		m.schemas[pointer] = schema
	}
	body, err := jsonschema.UnmarshalJSON(bytes.NewReader(a.raw))
	must(t, err)
	if err := schema.Validate(body); err != nil {
		t.Errorf("%s: the answer is not as described: %v\n%.600s", a.what, err, a.raw)
	}
}

// TestTheDescriptionIsFresh: the document in the repository is the one that the
// types make.
func TestTheDescriptionIsFresh(t *testing.T) {
	s := open(t, inMemory(t))
	r, err := http.Get(s.url + "/api/openapi.json")
	must(t, err)
	served, err := io.ReadAll(r.Body)
	must(t, err)
	must(t, r.Body.Close())
	if r.StatusCode != 200 || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/openapi+json") || !strings.Contains(string(served), `"openapi":"3.1.0"`) {
		t.Fatalf("openapi.json: %d %.200s", r.StatusCode, served)
	}
	description := s.description
	if *update {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(golden, description, 0o644))
	}
	want, err := os.ReadFile(golden)
	must(t, err)
	if !bytes.Equal(want, description) {
		t.Error("testdata/openapi.json is not what the types make; if the change is meant, run go generate")
	}
}

func parametersOf(operation map[string]any) []map[string]any {
	list, _ := operation["parameters"].([]any)
	out := make([]map[string]any, len(list))
	for i, p := range list {
		out[i] = p.(map[string]any)
	}
	return out
}

// TestTheDescriptionIsWhole: every operation has a name, words, a tag and its
// refusals, and every schema is one.
func TestTheDescriptionIsWhole(t *testing.T) {
	s := open(t, inMemory(t))
	ids := map[string]bool{}
	operations := 0
	for path, item := range s.manual.paths() {
		for method, v := range item.(map[string]any) {
			operations++
			o := v.(map[string]any)
			id, _ := o["operationId"].(string)
			if id == "" || ids[id] || o["summary"] == nil || o["tags"] == nil {
				t.Errorf("%s %s: no name, words or tag of its own: %v", method, path, id)
			}
			ids[id] = true
			responses := o["responses"].(map[string]any)
			for _, status := range []string{"401", "422", "500", "503"} {
				if responses[status] == nil {
					t.Errorf("%s: does not describe status %s", id, status)
				}
			}
			if strings.Contains(path, "{") && responses["404"] == nil {
				t.Errorf("%s: does not describe that it may not be there", id)
			}
			for _, p := range parametersOf(o) {
				if p["name"] != "If-Match" {
					continue
				}
				said, _ := p["description"].(string)
				if responses["428"] == nil || !strings.Contains(said, "Required") || p["required"] != true && !strings.Contains(said, "but comment") && !strings.Contains(said, "unless") {
					t.Errorf("%s: does not say when it needs If-Match: %v", id, p)
				}
			}
			bodiless := slices.Contains([]string{"redrive-job", "export-case", "export-records", "export-records-sheet", "export-document-list", "sign-checkpoint", "list-overdue"}, id)
			if method != "get" && method != "delete" && !bodiless && o["requestBody"] == nil {
				t.Errorf("%s: does not describe what is sent", id)
			}
		}
	}
	if operations < 30 {
		t.Errorf("only %d operations", operations)
	}
	components := s.manual.doc["components"].(map[string]any)["schemas"].(map[string]any)
	for name := range components {
		if _, err := s.manual.compiler.Compile("openapi.json#/components/schemas/" + name); err != nil {
			t.Errorf("schema %s: %v", name, err)
		}
		if name == "ErrorModel" || name == "ErrorDetail" {
			t.Errorf("schema %s is nobody's", name)
		}
	}
	if strings.Contains(string(s.description), "$schema") {
		t.Error("answers would carry links to schemas")
	}
}
