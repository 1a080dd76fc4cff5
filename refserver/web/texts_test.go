package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

func newTexts(t *testing.T, overlay fs.FS) *Texts {
	t.Helper()
	texts, err := NewTexts(overlay)
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// catalogue is one language's file: each key with its text, all plural forms in
// one string.
func catalogue(t *testing.T, lang string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("texts", lang+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var messages map[string]any
	if err := json.Unmarshal(raw, &messages); err != nil {
		t.Fatal(err)
	}
	all := make(map[string]string, len(messages))
	for key, message := range messages {
		switch message := message.(type) {
		case string:
			all[key] = message
		case map[string]any:
			for _, form := range message {
				all[key] += form.(string) + "\n"
			}
		default:
			t.Errorf("%s: %s is a %T", lang, key, message)
		}
	}
	return all
}

var place = regexp.MustCompile(`{{\.(\w+)}}`)

func places(text string) []string {
	var names []string
	for _, match := range place.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(names, match[1]) {
			names = append(names, match[1])
		}
	}
	slices.Sort(names)
	return names
}

// A text that is written twice in a file is what the last of them says, whatever the first was for.
func TestNoTextIsWrittenTwice(t *testing.T) {
	files := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".json" || filepath.Base(filepath.Dir(path)) != "texts" {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		dec, seen, depth := json.NewDecoder(bytes.NewReader(b)), map[string]bool{}, 0
		for key := true; ; key = !key || depth != 1 {
			token, err := dec.Token()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			switch token := token.(type) {
			case json.Delim:
				if token == '{' || token == '[' {
					depth++
				} else {
					depth--
				}
				key = false
			case string:
				if depth == 1 && key {
					if seen[token] {
						t.Errorf("%s has %q twice", path, token)
					}
					seen[token] = true
				}
			}
		}
	})
	if err != nil || files < 20 {
		t.Fatalf("%d files of texts: %v", files, err)
	}
}

func TestEveryLanguageHasEveryText(t *testing.T) {
	base := catalogue(t, DefaultLanguage)
	for _, lang := range newTexts(t, nil).Languages()[1:] {
		other := catalogue(t, lang)
		for key, text := range base {
			translated, ok := other[key]
			if !ok {
				t.Errorf("%s is missing in %s", key, lang)
			}
			// A language may leave a number out; it must not ask for more.
			for _, name := range places(translated) {
				if !slices.Contains(places(text), name) {
					t.Errorf("%s in %s wants %s, which %s does not have", key, lang, name, DefaultLanguage)
				}
			}
		}
		for key := range other {
			if _, ok := base[key]; !ok {
				t.Errorf("%s is missing in %s", key, DefaultLanguage)
			}
		}
	}
}

var (
	keyInTemplate = regexp.MustCompile(`\bt "([^"]+)"`)
	anyLiteral    = regexp.MustCompile(`"([a-z0-9_]+\.[a-z0-9_.]+)"`)
	fileName      = regexp.MustCompile(`\.(html|css|js|svg|json|xlsx|pdf|zip)$`)
)

// A key is written out where it is used, so that this test can see it.
func TestTextsAndTheirUsesAgree(t *testing.T) {
	known := catalogue(t, DefaultLanguage)
	groups := map[string]bool{}
	for key := range known {
		group, _, _ := strings.Cut(key, ".")
		groups[group] = true
	}
	used := map[string]bool{}
	use := func(where, key string) {
		used[key] = true
		if _, ok := known[key]; !ok {
			t.Errorf("%s uses %s, which has no text", where, key)
		}
	}
	templates, err := listFiles(os.DirFS("."), "templates")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range templates {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range keyInTemplate.FindAllStringSubmatch(string(text), -1) {
			use(name, match[1])
		}
		// Keys handed to a part of a template stand as plain strings.
		for _, match := range anyLiteral.FindAllStringSubmatch(string(text), -1) {
			if _, ok := known[match[1]]; ok {
				used[match[1]] = true
			}
		}
	}
	for where, literal := range goLiterals(t) {
		group, _, dotted := strings.Cut(literal, ".")
		if dotted && groups[group] && anyLiteral.MatchString(strconv.Quote(literal)) && !fileName.MatchString(literal) {
			use(where, literal)
		}
	}
	for key := range known {
		if !used[key] {
			t.Errorf("nobody uses %s", key)
		}
	}
}

// goLiterals are the string literals of this package's own files.
func goLiterals(t *testing.T) func(yield func(where, literal string) bool) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(where, literal string) bool) {
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Error(err)
				return
			}
			goOn := true
			ast.Inspect(file, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && goOn && lit.Kind == token.STRING {
					if text, err := strconv.Unquote(lit.Value); err == nil {
						goOn = yield(name, text)
					}
				}
				return goOn
			})
			if !goOn {
				return
			}
		}
	}
}

// What officials don't write.
func TestTheWordsAreTheOfficesOwn(t *testing.T) {
	for key, text := range catalogue(t, "zh-TW") {
		plain := place.ReplaceAllString(text, "")
		for _, never := range []string{"!", "！", "你", "null", "NULL", "JSON", "token", "ID", ",", ";", "?"} {
			if strings.Contains(plain, never) {
				t.Errorf("%s: %q contains %q", key, text, never)
			}
		}
		if i := strings.IndexFunc(plain, func(r rune) bool { return r >= '０' && r <= '９' }); i >= 0 {
			t.Errorf("%s: %q has full-width digits", key, text)
		}
	}
	for key, text := range catalogue(t, "en") {
		if strings.Contains(text, "!") {
			t.Errorf("%s: %q exclaims", key, text)
		}
	}
}

func TestPluralsAndPlaces(t *testing.T) {
	texts := newTexts(t, nil)
	for _, tt := range []struct {
		lang string
		n    int
		want string
	}{
		{"zh-TW", 1, "尚有 1 處需補正"},
		{"zh-TW", 3, "尚有 3 處需補正"},
		{"en", 1, "1 item needs correcting"},
		{"en", 3, "3 items need correcting"},
		{"zh-CN", 3, "尚有 3 處需補正"}, // until it has a file of its own
		{"fr", 3, "尚有 3 處需補正"},
	} {
		if got := texts.Text(tt.lang, "part.errors", "N", tt.n); got != tt.want {
			t.Errorf("%s %d: %q", tt.lang, tt.n, got)
		}
	}
	if got := texts.Text("en", "no.such"); got != "no.such" {
		t.Errorf("unknown key: %q", got)
	}
}

// A text with a number needs its singular where the language has one.
func TestOneOfEverythingHasAText(t *testing.T) {
	texts := newTexts(t, nil)
	for key, text := range catalogue(t, DefaultLanguage) {
		if !slices.Contains(places(text), "N") {
			continue
		}
		for _, lang := range texts.Languages() {
			for _, n := range []int{0, 1, 2} {
				if texts.Text(lang, key, "N", n) == key {
					t.Errorf("%s has no text in %s for %d", key, lang, n)
				}
			}
		}
	}
}

func TestAHostAddsALanguageAndItsOwnWords(t *testing.T) {
	texts := newTexts(t, fstest.MapFS{
		"texts/zh-CN.json": {Data: []byte(`{"door.title": "登录"}`)},
		"texts/zh-TW.json": {Data: []byte(`{"door.login": "員工編號"}`)},
	})
	for _, tt := range []struct{ lang, key, want string }{
		{"zh-CN", "door.title", "登录"},
		{"zh-CN", "door.password", "密碼"}, // zh-CN lacks it: zh-TW before anything else
		{"zh-TW", "door.login", "員工編號"},
		{"zh-TW", "door.title", "登入"},
	} {
		if got := texts.Text(tt.lang, tt.key); got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.lang, tt.key, got, tt.want)
		}
	}
	if _, err := NewTexts(fstest.MapFS{"texts/en.json": {Data: []byte(`{"a": [`)}}); err == nil {
		t.Error("a broken file was accepted")
	}
}

func TestTheReadersLanguageIsFound(t *testing.T) {
	texts := newTexts(t, nil)
	for _, tt := range []struct{ name, query, cookie, accept, want string }{
		{"nothing said", "", "", "", "zh-TW"},
		{"a browser in Taiwan", "", "", "zh-TW,zh;q=0.9,en-US;q=0.8", "zh-TW"},
		{"an English browser", "", "", "en-GB,en;q=0.9", "en"},
		{"English rather than Chinese", "", "", "en, zh-TW;q=0.5", "en"},
		{"a mainland browser", "", "", "zh-CN,zh;q=0.9,en;q=0.8", "zh-TW"},
		{"a language we don't have", "", "", "de", "zh-TW"},
		{"a language we don't have, then one we have", "", "", "de, en;q=0.5", "en"},
		{"nonsense", "", "", ";;;=,,\xff", "zh-TW"},
		{"chosen before", "", "en", "zh-TW", "en"},
		{"chosen now", "en", "zh-TW", "zh-TW", "en"},
		{"a choice we don't have", "xx", "../../etc", "en", "en"},
	} {
		r := httptest.NewRequest("GET", "/?lang="+tt.query, nil)
		r.Header.Set("Accept-Language", tt.accept)
		r.Header.Set("Cookie", "lang="+tt.cookie)
		if got := texts.Choose(r); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// In English one thing is not many: the form for one counts no plural.
func TestOneThingIsNoPlural(t *testing.T) {
	raw, err := os.ReadFile("texts/en.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	many := regexp.MustCompile(`\{\{\.N\}\} (entries|records|cases|rows|people|documents|days|messages|items|notices|systems)\b`)
	for key, text := range all {
		if forms, ok := text.(map[string]any); ok {
			if one, _ := forms["one"].(string); many.MatchString(one) && !neverOne[key] {
				t.Errorf("%s says of one: %s", key, one)
			}
		} else if s, _ := text.(string); many.MatchString(s) && !neverOne[key] {
			t.Errorf("%s has no form for one: %s", key, s)
		}
	}
}

// neverOne are texts that are never said of one.
var neverOne = map[string]bool{"route.branches": true, "route.together": true, "person.several": true}
