package register

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/ismskit/ismskit/forms"
)

// Refusal says why a change was not accepted, apart from its fields.
type Refusal struct {
	Code   string // "no_list", "id", "other_row", "stale", "no_time"
	Params map[string]string
}

// Error renders the refusal in English.
func (r *Refusal) Error() string { return "register: " + r.Text("en") }

// Text renders the refusal for people.
func (r *Refusal) Text(lang string) string { return texts(r.Code, r.Params).In(lang) }

func refuse(code string, params ...string) *Refusal {
	r := &Refusal{Code: code, Params: map[string]string{}}
	for i := 0; i+1 < len(params); i += 2 {
		r.Params[params[i]] = params[i+1]
	}
	return r
}

//go:embed texts/*.json
var textFiles embed.FS

var catalogue = sync.OnceValues(func() (map[string]map[string]string, error) {
	all := map[string]map[string]string{}
	for _, lang := range []string{"zh-TW", "en"} {
		b, err := textFiles.ReadFile("texts/" + lang + ".json")
		if err != nil {
			return nil, err
		}
		var m map[string]string
		if err := json.Unmarshal(b, &m); err != nil {
			return nil, fmt.Errorf("texts/%s.json: %w", lang, err)
		}
		all[lang] = m
	}
	return all, nil
})

// texts fills a text of the catalogue in every language; a test holds that each
// code has one.
func texts(code string, params map[string]string) forms.Text {
	all, err := catalogue()
	if err != nil {
		return forms.Text{"en": code}
	}
	t := forms.Text{}
	for lang, m := range all {
		text := m[code]
		for key, value := range params {
			text = strings.ReplaceAll(text, "{"+key+"}", value)
		}
		t[lang] = text
	}
	return t
}
