package webtest

import (
	"bytes"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Caller is somebody of the house at his browser.
type Caller struct {
	Header http.Header // sent with everything

	t      testing.TB
	house  *House
	client *http.Client
}

// As is somebody of the house.
func (h *House) As(t testing.TB, person string) *Caller {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	site, err := url.Parse(h.URL)
	if err != nil {
		t.Fatal(err)
	}
	jar.SetCookies(site, []*http.Cookie{{Name: "as", Value: person, Path: "/"}})
	return &Caller{t: t, house: h, client: &http.Client{Jar: jar}}
}

// Nobody is a browser in which nobody is signed in and which goes nowhere by itself.
func (h *House) Nobody(t testing.TB) *Caller {
	return &Caller{t: t, house: h, client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Become signs in as somebody else at the same browser.
func (c *Caller) Become(person string) {
	c.t.Helper()
	c.client.Jar = c.house.As(c.t, person).client.Jar
}

// Reply is an answer that was read to its end.
type Reply struct {
	*http.Response
	Text string
}

func (c *Caller) do(method, path, kind string, body io.Reader) Reply {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.house.URL+path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for name, values := range c.Header {
		r.Header[name] = values
	}
	res, err := c.client.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return Reply{res, string(text)}
}

// Get asks for a page.
func (c *Caller) Get(path string) Reply {
	c.t.Helper()
	return c.do(http.MethodGet, path, "", nil)
}

// Post sends a form of names and values.
func (c *Caller) Post(path string, fields ...string) Reply {
	c.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return c.do(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// Send posts a form with a file in it.
func (c *Caller) Send(path, name, content string, fields ...string) Reply {
	c.t.Helper()
	return c.SendAs(path, "file", name, content, fields...)
}

// SendAs posts a form with a file under the control's name.
func (c *Caller) SendAs(path, control, name, content string, fields ...string) Reply {
	c.t.Helper()
	if name == "" {
		return c.SendAll(path, control, nil, fields...)
	}
	return c.SendAll(path, control, []File{{name, content}}, fields...)
}

// File is a file that is sent.
type File struct{ Name, Content string }

// SendAll posts a form with files under the control's name.
func (c *Caller) SendAll(path, control string, files []File, fields ...string) Reply {
	c.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := form.WriteField(fields[i], fields[i+1]); err != nil {
			c.t.Fatal(err)
		}
	}
	for _, f := range files {
		part, err := form.CreateFormFile(control, f.Name)
		if err == nil {
			_, err = io.WriteString(part, f.Content)
		}
		if err != nil {
			c.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		c.t.Fatal(err)
	}
	return c.do(http.MethodPost, path, form.FormDataContentType(), &body)
}

// Late posts a form when the session has ended, and answers where it leads to.
func (c *Caller) Late(send func(c *Caller) Reply) string {
	c.t.Helper()
	sent := send(c.house.Nobody(c.t))
	to, kept := strings.CutPrefix(sent.Header.Get("Location"), "/login?next=%2Fkept%2F")
	if sent.StatusCode != http.StatusSeeOther || !kept {
		c.t.Fatalf("%d %s", sent.StatusCode, sent.Header.Get("Location"))
	}
	return "/kept/" + to
}

// Says fails the test unless the answer has the status and holds every text.
func (r Reply) Says(t testing.TB, status int, texts ...string) Reply {
	t.Helper()
	if r.StatusCode != status {
		t.Fatalf("%s: status %d, want %d\n%s", r.Request.URL, r.StatusCode, status, r.Text)
	}
	for _, text := range texts {
		if !strings.Contains(r.Text, text) {
			t.Errorf("%s: %q is missing", r.Request.URL, text)
		}
	}
	return r
}

// Not fails the test if the answer holds one of the texts.
func (r Reply) Not(t testing.TB, texts ...string) Reply {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(r.Text, text) {
			t.Errorf("%s: %q is there", r.Request.URL, text)
		}
	}
	return r
}

// At is the path of the page.
func (r Reply) At() string { return r.Request.URL.Path }

var hidden = regexp.MustCompile(`<input type="hidden" name="(token|revision|task|for|writer|kept|kept_name|kept_digest|replaces|replaced_by|held_seen|shown|id|refused|after|card\.drawn|[a-z_]+_shown)" value="([^"]*)"`)

// With gives the hidden fields of the first form of a page that has them, with
// more fields behind.
func (r Reply) With(fields ...string) []string {
	var out []string
	var have []string
	for _, m := range hidden.FindAllStringSubmatch(r.Text, -1) {
		if !slices.Contains(have, m[1]) {
			have = append(have, m[1])
			out = append(out, m[1], html.UnescapeString(m[2]))
		}
	}
	return append(out, fields...)
}
