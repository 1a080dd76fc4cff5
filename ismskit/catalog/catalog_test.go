package catalog

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
)

func TestEveryTypeCompilesWithItsHooks(t *testing.T) {
	types, err := Types()
	must(t, err)
	named := map[string]bool{}
	for _, typ := range types {
		if typ.Closing != "" {
			named[typ.Closing] = true
		}
	}
	for name := range Hooks() {
		if !named[name] {
			t.Errorf("no type names the hook %s", name)
		}
	}
	kit, err := ismskit.New(ismskit.Config{Store: memory.New(), Types: types, Hooks: Hooks()})
	must(t, err)
	must(t, kit.Start(t.Context()))
}

func TestTheIndexLeadsToForms(t *testing.T) {
	index, err := Apply()
	must(t, err)
	ready := index.Ready()
	if len(ready) != 4 || ready[0].Type != TypeAccountRequest || ready[1].Type != TypeDocumentChange || ready[2].Type != TypeDocumentLoan || ready[3].Type != TypeHandover || len(index.Entries) < 5 {
		t.Errorf("%+v", ready)
	}
	for _, e := range index.Entries {
		if e.Title["zh-TW"] == "" || e.Title["en"] == "" || e.Hint["zh-TW"] == "" || e.Hint["en"] == "" {
			t.Errorf("%s is not said in both languages", e.Key)
		}
	}
}

func TestAParameterIsAName(t *testing.T) {
	for _, bad := range []map[string]string{
		{}, {"agency": "晴海市政府民政局"}, {"agency": "甲\n## 拾、新章", "it_center": "乙"}, {"agency": "甲|乙", "it_center": "乙"},
	} {
		if _, err := Procedures(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestTheDemonstrationOffersItsAccounts(t *testing.T) {
	d, err := ReadDemo(Options{})
	must(t, err)
	if len(d.People()) != 18 || len(d.Logins()) != 13 {
		t.Errorf("%d people, %d offered", len(d.People()), len(d.Logins()))
	}
	if first := d.Logins()[0]; first.Login != "qh150013" || first.Look["en"] == "" || d.Agency()["zh-TW"] != "晴海市政府民政局" {
		t.Errorf("%+v", first)
	}
}

func BenchmarkLoadDemo(b *testing.B) {
	d, err := ReadDemo(Options{})
	must(b, err)
	for b.Loop() {
		must(b, d.Load(b.Context(), demoConfig(b, memory.New()), monday))
	}
}
