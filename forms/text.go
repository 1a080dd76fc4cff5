package forms

import (
	"slices"
	"strings"
)

// Text is a text in several languages, keyed by BCP 47 language tag ("zh-TW", "en").
type Text map[string]string

// In gives the text in lang. Where lang is missing it falls back to its base language, for any Chinese to zh-TW, then
// zh-TW, en, and at last to whichever language there is (the first by name). An empty Text gives "".
func (t Text) In(lang string) string {
	if s := t[lang]; s != "" {
		return s
	}
	if base, _, found := strings.Cut(lang, "-"); found && t[base] != "" {
		return t[base]
	}
	if english(lang) && t["en"] != "" {
		return t["en"]
	}
	for _, next := range [...]string{"zh-TW", "en"} {
		if s := t[next]; s != "" {
			return s
		}
	}
	return t.first()
}

func (t Text) first() string {
	langs := make([]string, 0, len(t))
	for lang := range t {
		langs = append(langs, lang)
	}
	slices.Sort(langs)
	for _, lang := range langs {
		if t[lang] != "" {
			return t[lang]
		}
	}
	return ""
}

func english(lang string) bool { return lang == "en" || strings.HasPrefix(lang, "en-") }
