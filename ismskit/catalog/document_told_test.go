package catalog

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// K18: nothing that a clerk may read of documents names one that he may not: not which lists a form, not
// what others have to do with it, not why a document was retired; and nothing is listed by its number.
func TestK18NoDocumentNamesOneThatIsHidden(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		secret := o.stock("IS-02-209", ismskit.ClassSecret)
		o.stock("IS-03-201", ismskit.ClassInternal)
		must(t, o.correct("IS-03-201", func(d *document.Document) {
			d.Relations = []document.Relation{{Kind: document.References, Number: "IS-02-209"}}
		}))
		o.stock("IS-03-202", ismskit.ClassInternal, document.Relation{Kind: document.References, Number: "IS-03-201"})
		o.stock("IS-04-203", ismskit.ClassInternal)
		for _, parent := range []string{"IS-02-209", "IS-03-201"} {
			must(t, o.correct("IS-04-203", func(d *document.Document) { d.Parent = parent }))
		}
		o.stock("IS-04-204", ismskit.ClassInternal)
		must(t, o.correct("IS-04-204", func(d *document.Document) { d.Parent = "IS-02-209" }))
		o.stock("IS-03-205", ismskit.ClassInternal)
		_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{
			Document: document.Document{ID: o.doc("IS-03-205").ID}, Version: document.Version{Label: "1.1", Issued: "2026-12-20"},
		})
		must(t, err)
		o.stock("IS-02-206", ismskit.ClassSecret, document.Relation{Kind: document.Replaces, Number: "IS-03-205", Retires: true})
		if old := o.doc("IS-03-205"); old.Retired == "" {
			t.Fatal("what it replaces is not retired")
		}
		docs := o.kit.Documents()
		for who, hidden := range map[string]bool{"P13": true, "P07": false} {
			told := map[string]any{}
			for _, number := range []string{"IS-03-201", "IS-03-202", "IS-04-203", "IS-04-204", "IS-03-205"} {
				view, err := docs.Get(o.ctx, o.as(who), number)
				must(t, err)
				read, err := docs.Read(o.ctx, o.as(who), number, "1.0")
				must(t, err)
				checks, err := docs.Check(o.ctx, o.as(who), ismskit.Copy{Number: number})
				must(t, err)
				told["the page of "+number], told["the reading of "+number], told["the version page of "+number] = view, read, checks
			}
			for name, on := range map[string]string{"the list of a day": "2026-11-23", "the list of today": ""} {
				entries, err := docs.Lists().Entries(o.ctx, o.as(who), document.Query{}, on)
				must(t, err)
				told[name] = entries
			}
			all, err := docs.List(o.ctx, o.as(who), document.Query{})
			must(t, err)
			told["the documents"] = all
			named := 0
			for what, says := range told {
				text, err := json.Marshal(says)
				must(t, err)
				for _, name := range []string{"IS-02-209", "IS-02-206", secret} {
					if strings.Contains(string(text), name) {
						if named++; hidden {
							t.Errorf("%s tells %s of %s", what, who, name)
						}
					}
				}
			}
			if !hidden && named == 0 {
				t.Error("who may read all of them is told of none")
			}
			under, err := docs.List(o.ctx, o.as(who), document.Query{Parent: "is-02-209"})
			must(t, err)
			if len(under) > 0 == hidden {
				t.Errorf("%s finds %d by the number that lists them", who, len(under))
			}
			form, err := docs.Get(o.ctx, o.as(who), "IS-04-203")
			if must(t, err); form.Parent != "IS-03-201" {
				t.Errorf("%s is told that %q lists a form", who, form.Parent)
			}
		}
	})
}
