package forms

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

//go:embed texts/*.json
var textFiles embed.FS

// languages are those the package has texts in.
var languages = [...]string{"zh-TW", "en"}

// catalogue holds the texts of all codes by language, read once.
var catalogue = sync.OnceValues(func() (map[string]map[string]string, error) {
	out := map[string]map[string]string{}
	for _, lang := range languages {
		b, err := textFiles.ReadFile("texts/" + lang + ".json")
		if err != nil {
			return nil, err
		}
		texts := map[string]string{}
		if err := json.Unmarshal(b, &texts); err != nil {
			return nil, fmt.Errorf("forms: texts/%s.json: %w", lang, err)
		}
		out[lang] = texts
	}
	return out, nil
})

// say gives the text of a code in lang with its {parameters} filled in. Without a text (a custom type's own code) it
// gives the code, so that nothing is silently empty.
func say(lang, code string, params map[string]any, label Text) string {
	texts, err := catalogue()
	if err != nil {
		return code
	}
	template := Text{"zh-TW": texts["zh-TW"][code], "en": texts["en"][code]}.In(lang)
	if template == "" {
		return code
	}
	if !strings.Contains(template, "{") {
		return template
	}
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		if v, ok := params[name]; ok {
			out.WriteString(sayParam(v, Locale{Lang: lang}))
		} else if name == "field" {
			out.WriteString(label.In(lang))
		}
		template = after
	}
}

func sayParam(v any, in Locale) string {
	switch v := v.(type) {
	case string:
		return v
	case Text:
		return v.In(in.Lang)
	case map[string]string: // a Text that has been through JSON and back
		return Text(v).In(in.Lang)
	case calendar.Date:
		return in.Day(v)
	case calendar.YearMonth:
		return formatMonth(v, in)
	case time.Time:
		return in.Moment(v)
	case []string:
		return joined(v, in)
	}
	return fmt.Sprint(v)
}
