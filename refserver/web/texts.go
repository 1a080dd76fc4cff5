package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// DefaultLanguage is used where nothing else is asked for or can be given.
const DefaultLanguage = "zh-TW"

// fallbacks are tried in order where a language has no text, before the default.
var fallbacks = map[string][]string{
	"zh-CN": {"zh-TW"},
	"zh-HK": {"zh-TW"},
}

// Texts are the pages' words in every language there is a file for. A key is
// group.name and is written out in full wherever it is used, {{t "door.login"}}
// in a template or a string literal in Go; so a test finds keys that are missing
// and keys that nobody uses. Safe for concurrent use.
type Texts struct {
	bundle     *i18n.Bundle
	languages  []string // the default first, the rest by name
	matcher    language.Matcher
	localizers map[string]*i18n.Localizer
}

// NewTexts reads texts/*.json. A host's overlay (may be nil) adds languages and
// replaces single messages; it needn't repeat the rest.
func NewTexts(overlay fs.FS) (*Texts, error) {
	t := &Texts{bundle: i18n.NewBundle(language.MustParse(DefaultLanguage)), localizers: map[string]*i18n.Localizer{}}
	t.bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	found := map[string]bool{}
	for _, files := range []fs.FS{ownFiles, overlay} {
		if files == nil {
			continue
		}
		if err := t.load(files, found); err != nil {
			return nil, err
		}
	}
	if !found[DefaultLanguage] {
		return nil, fmt.Errorf("web: no texts in %s", DefaultLanguage)
	}
	delete(found, DefaultLanguage)
	t.languages = append([]string{DefaultLanguage}, slices.Sorted(maps.Keys(found))...)
	tags := make([]language.Tag, len(t.languages))
	for i, lang := range t.languages {
		tags[i] = language.MustParse(lang) // parsed once already, in load
		t.localizers[lang] = i18n.NewLocalizer(t.bundle, lang)
	}
	t.matcher = language.NewMatcher(tags)
	return t, nil
}

func (t *Texts) load(files fs.FS, found map[string]bool) error {
	names, err := fs.Glob(files, "texts/*.json")
	if err != nil {
		return fmt.Errorf("web: %w", err)
	}
	for _, name := range names {
		lang := strings.TrimSuffix(path.Base(name), ".json")
		if _, err := language.Parse(lang); err != nil {
			return fmt.Errorf("web: %s: not the name of a language", name)
		}
		if _, err := t.bundle.LoadMessageFileFS(files, name); err != nil {
			return fmt.Errorf("web: %s: %w", name, err)
		}
		found[lang] = true
	}
	return nil
}

// Languages are those with a file of texts, the default first.
func (t *Texts) Languages() []string { return slices.Clone(t.languages) }

// Has tells whether there is a file of texts for lang.
func (t *Texts) Has(lang string) bool { return slices.Contains(t.languages, lang) }

// Text returns a message with its places filled: args are names and values in
// turn, Text(lang, "nav.count", "N", 3). The value named N chooses the plural.
// Where lang has no such text its fallbacks are asked, then the default
// language; a key that nobody knows comes back as it is, so that a page is
// never lost for the want of a word.
func (t *Texts) Text(lang, key string, args ...any) string {
	text, err := t.text(lang, key, args...)
	if err != nil {
		return key
	}
	return text
}

func (t *Texts) text(lang, key string, args ...any) (string, error) {
	cfg := &i18n.LocalizeConfig{MessageID: key}
	if len(args) > 0 {
		data, err := named(args)
		if err != nil {
			return "", fmt.Errorf("web: text %s: %w", key, err)
		}
		cfg.TemplateData = data
		cfg.PluralCount = data["N"]
	}
	for _, l := range slices.Concat([]string{lang}, fallbacks[lang], []string{DefaultLanguage}) {
		localizer, ok := t.localizers[l]
		if !ok {
			continue
		}
		text, err := localizer.Localize(cfg)
		if _, missing := errors.AsType[*i18n.MessageNotFoundErr](err); missing {
			continue // also when go-i18n offers the default language's text: ours come first
		}
		if err != nil {
			return "", fmt.Errorf("web: text %s: %w", key, err)
		}
		return text, nil
	}
	return "", fmt.Errorf("web: no text %s", key)
}

// named makes a map of names and values in turn.
func named(args []any) (map[string]any, error) {
	if len(args)%2 != 0 {
		return nil, errors.New("names and values must come in pairs")
	}
	m := make(map[string]any, len(args)/2)
	for i := 0; i < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok {
			return nil, fmt.Errorf("name %v is a %T, want a string", args[i], args[i])
		}
		m[name] = args[i+1]
	}
	return m, nil
}
