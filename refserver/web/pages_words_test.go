package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// Every kind of message is called something in every language.
func TestEveryRuleOfMessagesHasItsWord(t *testing.T) {
	texts := newTexts(t, nil)
	for _, rule := range ismskit.MessageRules() {
		for _, lang := range texts.Languages() {
			if _, err := texts.text(lang, ruleTexts[rule]); err != nil {
				t.Errorf("%s in %s: %v", rule, lang, err)
			}
		}
	}
}

// Every verb that names people asks for them in its own words.
func TestEveryVerbAsksForItsPeople(t *testing.T) {
	for _, verb := range workflow.Verbs() {
		if workflow.NamesPeople(verb) && whoTexts[verb] == "" {
			t.Errorf("%s does not ask for whom it names", verb)
		}
	}
}

// A step, the step of a row and a review that nobody is there for are each said in their
// own words.
func TestAStepWithoutPeopleIsSaidInItsOwnWords(t *testing.T) {
	renderer, err := NewRenderer(RendererOptions{Shell: func(*http.Request) (Shell, error) { return Shell{}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	p := &Pages{renderer: renderer}
	r, err := http.NewRequest(http.MethodGet, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	name := workflow.Text{"zh-TW": "處置", "en": "Handling"}
	for want, s := range map[string]ismskit.UnstaffedStep{
		"「處置」目前無人可辦":              {Name: name},
		"「公文系統：處置」目前無人可辦":         {Name: name, Row: "公文系統"},
		"「處置」由同一人辦理後須經複核，目前無人可複核": {Name: name, Review: true},
	} {
		if got := p.unstaffedLine(r, s); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

func TestWordsAreMarkedWhateverTheirWidth(t *testing.T) {
	for _, tt := range []struct{ text, query, want string }{
		{"公文系統承辦", "系統", "公文[系統]承辦"},
		{"IS-04-012-115-0087", "is-04", "[IS-04]-012-115-0087"},
		{"ＶＰＮ 遠端", "vpn 遠端", "[ＶＰＮ] [遠端]"},
		{"公文公文", "公文", "[公文公文]"},
		{"公文", "", "公文"},
		{"", "公文", ""},
	} {
		var got strings.Builder
		for _, m := range cut(tt.text, searched(tt.query)) {
			if m.Hit {
				got.WriteString("[" + m.Text + "]")
			} else {
				got.WriteString(m.Text)
			}
		}
		if got.String() != tt.want {
			t.Errorf("%s in %s: %s", tt.query, tt.text, got.String())
		}
	}
}

func TestACursorComesBackAsItWas(t *testing.T) {
	r := record.Record{ID: "case/019", Filed: time.Date(2026, 11, 20, 1, 2, 3, 4000, time.UTC)}
	if got := readCursor(cursor(r)); !got.Filed.Equal(r.Filed) || got.ID != r.ID {
		t.Errorf("%+v", got)
	}
}
