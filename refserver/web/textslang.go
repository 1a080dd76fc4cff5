package web

import (
	"net/http"
	"strings"

	"golang.org/x/text/language"
)

const langCookie = "lang"

// Choose returns the language of a request: its lang parameter, its lang
// cookie, what the browser accepts, the default.
func (t *Texts) Choose(r *http.Request) string {
	if lang := r.URL.Query().Get("lang"); t.Has(lang) {
		return lang
	}
	if c, err := r.Cookie(langCookie); err == nil && t.Has(c.Value) {
		return c.Value
	}
	wanted, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(wanted) == 0 {
		return DefaultLanguage
	}
	for _, tag := range wanted {
		if _, i, confidence := t.matcher.Match(tag); confidence > language.No {
			return t.languages[i]
		}
		// The matcher holds the two scripts apart; a reader of one is still
		// better served by the other than by the next language on his list.
		if base, _ := tag.Base(); base.String() == "zh" {
			return DefaultLanguage
		}
	}
	return DefaultLanguage
}

// Handler keeps the choice made by a link with ?lang=: it sets the cookie and
// sends the browser to the same address without it. Forms that are being sent
// are let through.
func (t *Texts) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		lang := query.Get("lang")
		if r.Method != http.MethodGet || !t.Has(lang) {
			next.ServeHTTP(w, r)
			return
		}
		keepLanguage(w, r, lang)
		query.Del("lang")
		// Relative, so that it holds wherever a host has mounted the pages.
		path := r.URL.EscapedPath()
		here := "./" + path[strings.LastIndex(path, "/")+1:]
		if left := query.Encode(); left != "" {
			here += "?" + left
		}
		w.Header().Set("Location", here)
		w.WriteHeader(http.StatusSeeOther)
	})
}

// keepLanguage makes a language the reader's own, from the next request on.
func keepLanguage(w http.ResponseWriter, r *http.Request, lang string) {
	http.SetCookie(w, &http.Cookie{
		Name: langCookie, Value: lang, Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode,
	})
}

// htmlLang is the value of the lang attribute: for Chinese with the script, so
// that a browser picks the right shapes of the characters.
func htmlLang(lang string) string {
	switch lang {
	case "zh-TW", "zh-HK":
		return "zh-Hant-" + lang[3:]
	case "zh-CN":
		return "zh-Hans-CN"
	}
	return lang
}
