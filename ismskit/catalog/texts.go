package catalog

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/ismskit/ismskit/forms"
)

// textsOf are the hooks' own words by key: subjects of what opens by itself, and
// reasons in the history of a row.
var textsOf = sync.OnceValues(func() (map[string]forms.Text, error) {
	entries, err := files.ReadDir("data/texts")
	if err != nil {
		return nil, err
	}
	out := map[string]forms.Text{}
	for _, e := range entries {
		b, err := files.ReadFile("data/texts/" + e.Name())
		if err != nil {
			return nil, err
		}
		var m map[string]string
		if err := json.Unmarshal(b, &m); err != nil {
			return nil, fmt.Errorf("catalog: texts/%s: %w", e.Name(), err)
		}
		for key, s := range m {
			if out[key] == nil {
				out[key] = forms.Text{}
			}
			out[key][strings.TrimSuffix(e.Name(), ".json")] = s
		}
	}
	return out, nil
})

// say is a text in a language with its parameters, names and values in turn.
func say(lang, key string, params ...string) (string, error) {
	text, err := sayAll(key, params...)
	return text.In(lang), err
}

// sayAll is a text in every language.
func sayAll(key string, params ...string) (forms.Text, error) {
	all, err := textsOf()
	if err != nil {
		return nil, err
	}
	text, ok := all[key]
	if !ok {
		return nil, fmt.Errorf("catalog: there is no text %q", key)
	}
	pairs := make([]string, 0, len(params))
	for i := 0; i+1 < len(params); i += 2 {
		pairs = append(pairs, "{"+params[i]+"}", params[i+1])
	}
	fill := strings.NewReplacer(pairs...)
	out := forms.Text{}
	for lang, s := range text {
		out[lang] = fill.Replace(s)
	}
	return out, nil
}

// sayInTurn is some texts one after the other, in every language: each as for say, its
// parameters in the words of the language.
func sayInTurn(texts func(lang string) [][]string) (forms.Text, error) {
	all, err := textsOf()
	if err != nil {
		return nil, err
	}
	out := forms.Text{}
	for lang := range all["grant.over"] {
		var parts strings.Builder
		for _, text := range texts(lang) {
			part, err := say(lang, text[0], text[1:]...)
			if err != nil {
				return nil, err
			}
			parts.WriteString(part)
		}
		out[lang] = strings.TrimSpace(parts.String())
	}
	return out, nil
}
