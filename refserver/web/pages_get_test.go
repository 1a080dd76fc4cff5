package web_test

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/kittest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// chains are the ends of every trail there is, but of the one that says who opened what
// is classified: that is noted when it is read.
func chains(t *testing.T, store ismskit.Store) map[string]int64 {
	t.Helper()
	ends := map[string]int64{}
	err := store.View(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		for q := (ismskit.HeadQuery{Limit: 1000}); ; {
			heads, err := tx.Trail().Heads(ctx, q)
			if err != nil {
				return err
			}
			for _, h := range heads {
				ends[h.Chain] = h.Seq
			}
			if len(heads) < q.Limit {
				return nil
			}
			q.After = heads[len(heads)-1].Chain
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	delete(ends, "openings")
	for chain := range ends {
		if strings.HasPrefix(chain, "copies/") { // and who took a copy of what version
			delete(ends, chain)
		}
	}
	return ends
}

// addressed are all addresses that pages answer a GET under, as the routes name them.
func addressed(t *testing.T) []string { t.Helper(); return routed(t, "GET") }

// routed are the addresses that take a method, from the source.
func routed(t *testing.T, method string) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources[file] = string(source)
	}
	every := strings.Join(slices.Collect(maps.Values(sources)), "\n")
	var out []string
	for _, file := range slices.Sorted(maps.Keys(sources)) {
		source := sources[file]
		for _, m := range regexp.MustCompile(`mux\.Handle(?:Func)?\("`+method+` (/?[^"]*)"(?:\+([a-zA-Z]+)(?:\+"([^"]*)")?)?`).FindAllStringSubmatch(source, -1) {
			if m[2] == "" {
				out = append(out, m[1])
				continue
			}
			begins := called(source, every, m[2])
			if len(begins) == 0 {
				t.Fatalf("%s: what is %s?", file, m[2])
			}
			for _, begin := range begins {
				out = append(out, m[1]+begin+m[3])
			}
		}
	}
	return out
}

// called are the texts that a name stands for in a source: a constant, or each value of a map that
// is gone through, which may stand in another file.
func called(source, every, name string) []string {
	if is := regexp.MustCompile(name + ` = "([^"]*)"`).FindStringSubmatch(source); is != nil {
		return is[1:]
	}
	through := regexp.MustCompile(`for \w+, ` + name + ` := range (\w+)`).FindStringSubmatch(source)
	if through == nil {
		return nil
	}
	var out []string
	if values := regexp.MustCompile(through[1] + ` = map\[string\]string\{([^}]*)\}`).FindStringSubmatch(every); values != nil {
		for _, value := range regexp.MustCompile(`: *"([^"]*)"`).FindAllStringSubmatch(values[1], -1) {
			out = append(out, value[1])
		}
	}
	return out
}

// A GET never decides: whatever address a mail scanner follows with a signer's session,
// and whatever it puts behind it, no trail grows but that of who opened what is classified.
func TestAGetNeverDecides(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	id := strings.TrimPrefix(path, "/cases/")
	docs, err := h.Kit.Documents().List(t.Context(), ismskit.Actor{Person: "P12"}, document.Query{Limit: 1})
	if err != nil || len(docs) == 0 {
		t.Fatalf("%d documents, %v", len(docs), err)
	}
	values := map[string]string{
		"/cases/{id}": id, "/documents/{id}": docs[0].ID, "{label}": docs[0].Current, "/people/{id}": "P12", "/roles/{id}": "system.system_admin",
		"/systems/{id}": "S02", "/kept/{id}": "none", "{list}": "systems", "{id}": "S02", "{type}": "account_request", "{digest}": strings.Repeat("0", 64), "{number}": "1", "{version}": "1.0", "{code}": "AAAA-BBBB-CCCC", "{$}": "",
		"/records/import/{id}": "none",
	}
	names := slices.SortedFunc(maps.Keys(values), func(a, b string) int { return len(b) - len(a) })
	routes := addressed(t)
	for _, must := range []string{"/{$}", "/cases/{id}", "/batch", "/closures/withdraw", "/records/import/{id}"} {
		if !slices.Contains(routes, must) {
			t.Fatalf("%s is not among %d routes", must, len(routes))
		}
	}
	page := h.As(t, "P12").Get(path)
	task := regexp.MustCompile(`id="task-(t[0-9]+)"`).FindStringSubmatch(page.Text)
	if task == nil {
		t.Fatal("the signer has no task")
	}
	asked := url.Values{"do": {"approve"}, "verb": {"approve"}, "task": {task[1]}, "comment": {"同意"}, "token": {"x1"}, "_method": {"POST"}, "confirm": {"yes"}, "case": {id}}
	before := chains(t, h.Store)
	reached := 0
	for _, signer := range []string{"P12", "P04", "P10"} {
		visitor := h.As(t, signer)
		for _, route := range routes {
			address := route
			for _, name := range names {
				address = strings.ReplaceAll(address, name, strings.ReplaceAll(name, name[strings.Index(name, "{"):], values[name]))
			}
			if strings.Contains(address, "{") {
				t.Fatalf("no value for %s", route)
			}
			for _, query := range []string{"", "?" + asked.Encode()} {
				if visitor.Get(address+query).StatusCode == http.StatusOK {
					reached++
				}
			}
		}
		// What is sent is a form's; nothing of it can be asked for.
		for _, sent := range []string{path + "/act", "/batch", "/kept/none/drop", "/deputies/none/end", "/logout"} {
			visitor.Get(sent + "?" + asked.Encode())
		}
	}
	h.Settle(t)
	if after := chains(t, h.Store); !maps.Equal(before, after) {
		for chain, seq := range after {
			if before[chain] != seq {
				t.Errorf("%s grew from %d to %d", chain, before[chain], seq)
			}
		}
	}
	if reached < 2*len(routes) { // of six times that many
		t.Errorf("only %d pages of %d routes were there", reached, len(routes))
	}
	h.As(t, "P12").Get(path).Says(t, http.StatusOK, "陳核中", `id="task-`+task[1]+`"`)
}

// A link in a mail leads to a page whose form must be sent, and to follow it decides
// nothing.
func TestALinkInAMailLeadsToAFormThatMustBeSent(t *testing.T) {
	box := &kittest.Mailbox{}
	h := webtest.OpenHouseWith(t, func(cfg *ismskit.Config) {
		cfg.Notifier = box
		cfg.Link = func(id string) string { return "https://isms.example/cases/" + id }
	})
	path := h.Apply(t)
	h.Until(t, h.Now().AddDate(0, 0, 1)) // the morning mail has left
	before := chains(t, h.Store)
	links := 0
	for _, person := range []string{"P11", "P12"} {
		visitor := h.As(t, person)
		for _, mail := range box.To(person) {
			for _, link := range regexp.MustCompile(`https://isms\.example(\S+)`).FindAllStringSubmatch(mail.Body, -1) {
				page := visitor.Get(link[1])
				if link[1] != path {
					continue
				}
				links++
				page.Says(t, http.StatusOK, `<form method="post" action="`+path+`/act"`, `name="do" value="approve"`, `name="token"`)
			}
		}
	}
	if links == 0 {
		t.Fatalf("no mail leads to the request: %+v", box.Mails())
	}
	if after := chains(t, h.Store); !maps.Equal(before, after) {
		t.Errorf("trails grew from %v to %v", before, after)
	}
}
