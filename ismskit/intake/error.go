package intake

import (
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// Codes of an [Error].
const (
	NotZip       = "not_zip"        // no ZIP, or one that is cut off
	OtherArchive = "other_archive"  // a RAR, 7z or gzip
	TooLarge     = "too_large"      // more bytes than Limits.Size
	Encrypted    = "encrypted"      // a file in it has a password
	Bomb         = "bomb"           // it unpacks to more than Limits allow
	FileTooLarge = "file_too_large" // one file has more bytes than Limits.File
	TooMany      = "too_many"       // more files than Limits.Files
	Name         = "name"           // a name that leads out of the package, or is none
	Link         = "link"           // a link or a device, and no file
	Twice        = "twice"          // two files of one name
	Method       = "method"         // packed in a way that is not read
	Broken       = "broken"         // the bytes of a file are damaged
	NoIndex      = "no_index"       // nothing in it says what the files are
	Empty        = "empty"          // there is no file in it
)

// Error is why a package was refused as a whole.
type Error struct {
	Code   string
	Params map[string]string
}

// Error renders the error in English.
func (e *Error) Error() string { return "intake: " + e.Text("en") }

// Text renders the error for people; languages without texts get English, Chinese ones zh-TW.
func (e *Error) Text(lang string) string {
	all, err := catalogue()
	if err != nil {
		return e.Code
	}
	known := "en"
	if strings.HasPrefix(lang, "zh") {
		known = "zh-TW"
	}
	text := all[known][e.Code]
	for key, value := range e.Params {
		text = strings.ReplaceAll(text, "{"+key+"}", value)
	}
	return text
}

func refuse(code string, params ...string) *Error {
	e := &Error{Code: code, Params: map[string]string{}}
	for i := 0; i+1 < len(params); i += 2 {
		e.Params[params[i]] = params[i+1]
	}
	return e
}

func megabytes(n int64) string { return strconv.FormatInt(max(1, n>>20), 10) }

func count(n int64) string { return strconv.FormatInt(n, 10) }

// shown is a name as a sentence can hold it.
func shown(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return unicode.ReplacementChar
		}
		return r
	}, name)
	if letters := []rune(name); len(letters) > 120 {
		return string(letters[:120]) + "…"
	}
	return name
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
			return nil, fmt.Errorf("intake: texts/%s.json: %w", lang, err)
		}
		all[lang] = m
	}
	return all, nil
})
