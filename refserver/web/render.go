package web

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"
)

// RendererOptions of a Renderer.
type RendererOptions struct {
	// Overlay holds a host's own templates/, assets/ and texts/, which win over
	// the embedded ones. May be nil.
	Overlay fs.FS
	// Base is the prefix under which a host mounts the pages, such as "/isms",
	// without a slash at the end; "" at the root. The host strips it from
	// requests (http.StripPrefix).
	Base string
	// Zone is where the office is; times are shown in it. Default Asia/Taipei.
	Zone *time.Location
	// Shell says what surrounds the page for this request. It must not fail for
	// want of a person: without one it returns the organisation's names only.
	Shell func(r *http.Request) (Shell, error)
	// Log takes what the reader isn't told. Default slog.Default().
	Log *slog.Logger
}

// Renderer makes pages. All templates are parsed when it is made, once per
// language; it is safe for concurrent use.
type Renderer struct {
	texts  *Texts
	assets *Assets
	opts   RendererOptions
	pages  map[string]map[string]*template.Template // by language, by page
}

// View is what a template sees.
type View struct {
	Shell Shell
	Page  any // what the handler passed
}

// NewRenderer parses every template of every language and reports all that is
// wrong with them at once. A page is a file templates/*.html that defines
// "title" and "main"; templates/shared/*.html are seen by all pages.
func NewRenderer(opts RendererOptions) (*Renderer, error) {
	if opts.Shell == nil {
		return nil, errors.New("web: a Renderer needs a Shell function")
	}
	if opts.Base != "" && (!strings.HasPrefix(opts.Base, "/") || path.Clean(opts.Base) != opts.Base || opts.Base == "/") {
		return nil, fmt.Errorf("web: base %q must begin with a slash and not end with one", opts.Base)
	}
	if opts.Zone == nil {
		opts.Zone = time.FixedZone("Asia/Taipei", 8*3600) // no summer time since 1979
	}
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	texts, err := NewTexts(opts.Overlay)
	if err != nil {
		return nil, err
	}
	assets, err := NewAssets(opts.Overlay, opts.Base)
	if err != nil {
		return nil, err
	}
	r := &Renderer{texts: texts, assets: assets, opts: opts, pages: map[string]map[string]*template.Template{}}
	files := overlaid(opts.Overlay)
	var wrong []error
	for _, lang := range texts.Languages() {
		pages, err := r.parse(files, lang)
		wrong = append(wrong, err)
		r.pages[lang] = pages
	}
	return r, errors.Join(wrong...)
}

func (r *Renderer) parse(files fs.FS, lang string) (map[string]*template.Template, error) {
	shared, err := template.New("shared").Funcs(r.funcs(lang)).Option("missingkey=error").ParseFS(files, "templates/shared/*.html")
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	pages := map[string]*template.Template{}
	var wrong []error
	for _, name := range names {
		page, err := shared.Clone()
		if err == nil {
			page, err = page.ParseFS(files, name)
		}
		if err == nil && (page.Lookup("title") == nil || page.Lookup("main") == nil) {
			err = fmt.Errorf("%s: must define title and main", name)
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("web: %w", err))
			continue
		}
		pages[strings.TrimSuffix(path.Base(name), ".html")] = page
	}
	return pages, errors.Join(wrong...)
}

// Texts are the words this Renderer uses.
func (r *Renderer) Texts() *Texts { return r.texts }

// Assets are the files its pages refer to.
func (r *Renderer) Assets() *Assets { return r.assets }

// Zone is where the office is.
func (r *Renderer) Zone() *time.Location { return r.opts.Zone }

// Href is the address of a page of ours, wherever the pages are mounted.
func (r *Renderer) Href(page string) string { return r.opts.Base + page }

// Text is a message in the language of the request.
func (r *Renderer) Text(req *http.Request, key string, args ...any) string {
	return r.texts.Text(r.texts.Choose(req), key, args...)
}

// Page writes the page name with data as .Page. Nothing is written before the
// template has succeeded; when it fails the reader gets the error page and the
// log the reason.
func (r *Renderer) Page(w http.ResponseWriter, req *http.Request, status int, name string, data any) {
	r.write(w, req, status, name, "page", data)
}

// Fragment writes one named template of a page without what surrounds it, for
// a script that replaces that part.
func (r *Renderer) Fragment(w http.ResponseWriter, req *http.Request, status int, name, part string, data any) {
	r.write(w, req, status, name, part, data)
}

func (r *Renderer) write(w http.ResponseWriter, req *http.Request, status int, name, part string, data any) {
	shell, err := r.shell(req)
	if err != nil {
		r.Fail(w, req, fmt.Errorf("web: shell: %w", err))
		return
	}
	if own, ok := data.(interface{ address() string }); ok && !asksPage(req) && own.address() != "" {
		r.at(&shell, own.address())
	}
	if own, ok := data.(interface{ inForm() string }); ok {
		shell.Form = own.inForm()
	}
	body, err := r.execute(shell, name, part, data)
	if err != nil {
		r.Fail(w, req, err)
		return
	}
	r.send(w, status, body)
}

func (r *Renderer) execute(shell Shell, name, part string, data any) ([]byte, error) {
	page, ok := r.pages[shell.Lang][name]
	if !ok {
		return nil, fmt.Errorf("web: no page %q", name)
	}
	var body bytes.Buffer
	if err := page.ExecuteTemplate(&body, part, View{Shell: shell, Page: data}); err != nil {
		return nil, fmt.Errorf("web: page %s: %w", name, err)
	}
	if !strings.HasPrefix(shell.Lang, "zh") { // an overlay's zh-CN is Chinese in its own script
		return markChinese(body.Bytes()), nil
	}
	return body.Bytes(), nil
}

func (r *Renderer) send(w http.ResponseWriter, status int, body []byte) {
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	// A page shows what this person may see now; a shared computer must not
	// bring it back after signing out.
	head.Set("Cache-Control", "no-store")
	head.Add("Vary", "Cookie, Accept-Language")
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		r.opts.Log.Debug("page not received", "error", err)
	}
}

func (r *Renderer) shell(req *http.Request) (Shell, error) {
	shell, err := r.opts.Shell(req)
	r.dress(&shell, req)
	return shell, err
}

// dress sets what the Renderer knows better than the host.
func (r *Renderer) dress(shell *Shell, req *http.Request) {
	shell.Lang = r.texts.Choose(req)
	shell.Theme = ""
	if c, err := req.Cookie("theme"); err == nil && (c.Value == "light" || c.Value == "dark") {
		shell.Theme = c.Value
	}
	shell.Here = r.sentFrom(req)
	shell.Languages = nil
	for _, lang := range r.texts.languages {
		name, ok := langNames[lang]
		if !ok {
			name = lang
		}
		shell.Languages = append(shell.Languages, LangLink{Lang: lang, Name: name, Href: r.inLanguage(req, lang), Current: lang == shell.Lang})
	}
}

// at says of the answer to a sent form that it is now the page at an address of its own,
// as that of a draft which the sending has kept.
func (r *Renderer) at(shell *Shell, page string) {
	shell.Here = r.Href(page)
	for i := range shell.Languages {
		shell.Languages[i].Href = shell.Here + "?" + url.Values{"lang": {shell.Languages[i].Lang}}.Encode()
	}
}

// inLanguage is the address of what the reader looks at, in another language.
// The answer to a sent form has no address of its own: then it is the page the
// form was on.
func (r *Renderer) inLanguage(req *http.Request, lang string) string {
	here := url.URL{Path: r.opts.Base + req.URL.Path, RawQuery: req.URL.RawQuery}
	if !asksPage(req) {
		here = url.URL{Path: r.Href("/")}
		if from, err := url.Parse(r.sentFrom(req)); err == nil && from.Path != "" {
			here = *from
		}
	}
	query := here.Query()
	query.Set("lang", lang)
	here.RawQuery = query.Encode()
	return here.RequestURI()
}

func asksPage(req *http.Request) bool {
	return req.Method == http.MethodGet || req.Method == http.MethodHead
}

// sentFrom is the address of the page of ours that a form was sent from, "" where none
// was sent or where it is not known.
func (r *Renderer) sentFrom(req *http.Request) string {
	from, err := url.Parse(req.Referer())
	if asksPage(req) || err != nil || from.Host != req.Host || from.Path == "" {
		return ""
	}
	return SafeNext((&url.URL{Path: from.Path, RawQuery: from.RawQuery}).RequestURI(), "")
}
