package api

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/text/language"

	"github.com/ismskit/ismskit/workflow"
)

const defaultLang = "zh-TW"

// langs are the languages there are texts in, the default first, and matcher
// what a client's wishes are held against.
var (
	langs   = []string{defaultLang, "en"}
	matcher = language.NewMatcher([]language.Tag{language.MustParse("zh-Hant-TW"), language.English})
)

func chooseLang(accept string) string {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return defaultLang
	}
	_, i, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return defaultLang
	}
	return langs[i]
}

//go:embed texts/*.json
var textFiles embed.FS

var catalogue = sync.OnceValues(func() (map[string]map[string]string, error) {
	all := map[string]map[string]string{}
	for _, lang := range langs {
		b, err := textFiles.ReadFile("texts/" + lang + ".json")
		if err != nil {
			return nil, fmt.Errorf("api: %w", err)
		}
		var texts map[string]string
		if err := json.Unmarshal(b, &texts); err != nil {
			return nil, fmt.Errorf("api: texts/%s.json: %w", lang, err)
		}
		all[lang] = texts
	}
	return all, nil
})

// say is a text of the catalogue with its parameters, name and value in turn; ""
// where there is none. New has made sure that the catalogue can be read.
func say(lang, key string, params ...string) string {
	all, err := catalogue()
	if err != nil {
		return ""
	}
	text := all[lang][key]
	for i := 0; i+1 < len(params); i += 2 {
		text = strings.ReplaceAll(text, "{"+params[i]+"}", params[i+1])
	}
	return text
}

// in is a text of the flow in the language of the answer.
func in(t workflow.Text, lang string) string { return t.In(lang) }
