package workflow

import (
	"embed"
	"encoding/json"
	"strings"
	"sync"
)

//go:embed texts/*.json
var textFiles embed.FS

// catalogue holds the sentences of problems and refusals by language. A file
// that does not parse leaves its language empty, which the tests find.
var catalogue = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, lang := range []string{"zh-TW", "en"} {
		b, err := textFiles.ReadFile("texts/" + lang + ".json")
		if err != nil {
			continue
		}
		texts := map[string]string{}
		if json.Unmarshal(b, &texts) == nil {
			all[lang] = texts
		}
	}
	return all
})

// sentence fills the catalogue's text for a key; a key without a text is shown
// as it is.
func sentence(key, lang string, params map[string]string) string {
	t := Text{}
	for l, texts := range catalogue() {
		if s, ok := texts[key]; ok {
			t[l] = s
		}
	}
	s := t.In(lang)
	if s == "" {
		return key
	}
	for k, v := range params {
		s = strings.ReplaceAll(s, "{"+k+"}", v)
	}
	return s
}
