package ismskit_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/ismskit/record"
)

// What ended because nobody confirmed it is called the same on lists, on paper, in what
// people are told and by its own form; what ended as an unanswered question has words of
// its own, also the same everywhere.
func TestALapseHasOneWording(t *testing.T) {
	types, err := catalog.Types()
	if err != nil {
		t.Fatal(err)
	}
	texts := func(dir, lang string) map[string]string {
		raw, err := os.ReadFile(dir + "/" + lang + ".json")
		out := map[string]string{}
		if err == nil {
			err = json.Unmarshal(raw, &out)
		}
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, lang := range []string{"zh-TW", "en"} {
		words := record.Word(record.StateLapsed, lang)
		onPaper := texts("print/texts", lang)
		said := map[string]string{"a printed trail": onPaper["verb.lapse.confirm"], "what people are told": texts("texts", lang)["outcome.lapsed"]}
		for _, typ := range types {
			if typ.Key != catalog.TypeAccountRequest {
				continue
			}
			said["its form"] = typ.Flow.Root.Sequence[3].Step.Timeout.Reason.In(lang)
		}
		if len(said) != 3 {
			t.Fatal("no request confirms its result")
		}
		for where, text := range said {
			if !strings.EqualFold(text, words) { // told in the middle of a sentence it has no capital
				t.Errorf("%s: a list says %q, %s %q", lang, words, where, text)
			}
		}
		if question := record.Word(record.StateUnanswered, lang); onPaper["verb.lapse"] != question || question == words {
			t.Errorf("%s: of a question a list says %q, a printed trail %q", lang, question, onPaper["verb.lapse"])
		}
	}
}
