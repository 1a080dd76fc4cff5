package ismskit

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/ismskit/ismskit/workflow"
)

//go:embed texts/*.json
var textFiles embed.FS

// textsOf are the Kit's own words by language: notices, mails, names of the few
// steps that are no steps of a flow.
var textsOf = sync.OnceValues(func() (map[string]map[string]string, error) {
	out := map[string]map[string]string{}
	for _, lang := range languages {
		b, err := textFiles.ReadFile("texts/" + lang + ".json")
		if err != nil {
			return nil, err
		}
		var m map[string]string
		if err := json.Unmarshal(b, &m); err != nil {
			return nil, fmt.Errorf("texts/%s.json: %w", lang, err)
		}
		out[lang] = m
	}
	return out, nil
})

// say puts parameters into a text of the catalogue; a missing text is its key,
// which a test keeps from happening.
func say(lang, key string, params map[string]string) string {
	all, err := textsOf()
	if err != nil {
		return key
	}
	s, ok := all[lang][key]
	if !ok {
		if s, ok = all[defaultLang][key]; !ok {
			return key
		}
	}
	if len(params) == 0 {
		return s
	}
	pairs := make([]string, 0, 2*len(params))
	for name, value := range params {
		place := "{" + name + "}"
		// A full-width bracket or mark brings its own space; the first pair that fits is taken.
		opens, closes := opensWide(value), closesWide(value)
		if opens && closes {
			pairs = append(pairs, " "+place+" ", value)
		}
		if opens {
			pairs = append(pairs, " "+place, value)
		}
		if closes {
			pairs = append(pairs, place+" ", value)
		}
		pairs = append(pairs, place, value)
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

// opensWide says whether a text begins with a full-width opening bracket.
func opensWide(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("（「『《〈【", first)
}

// closesWide says whether a text ends with a full-width closing bracket or mark.
func closesWide(s string) bool {
	last, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune("）」』》〉】，、。；：？！", last)
}

func (k *Kit) text(key string, params map[string]string) string { return say(k.cfg.Lang, key, params) }

// texts is one text in every language, for what is stored and shown later.
func (k *Kit) texts(key string) workflow.Text { return k.textsWith(key, nil) }

func (k *Kit) textsWith(key string, params map[string]string) workflow.Text {
	out := workflow.Text{}
	for _, lang := range languages {
		out[lang] = say(lang, key, params)
	}
	return out
}
