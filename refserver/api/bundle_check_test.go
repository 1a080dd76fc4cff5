package api_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

// brought is a body with a bundle and checkpoints learned earlier.
func brought(t *testing.T, bundle []byte, earlier ...[]byte) (body []byte, kind string) {
	t.Helper()
	var out bytes.Buffer
	form := multipart.NewWriter(&out)
	for i, content := range append([][]byte{bundle}, earlier...) {
		part, err := form.CreateFormFile([]string{"file", "earlier"}[min(i, 1)], "part")
		must(t, err)
		_, err = part.Write(content)
		must(t, err)
	}
	must(t, form.Close())
	return out.Bytes(), form.FormDataContentType()
}

// A program brings a bundle back after years: it is checked with this server's key and against
// what the audit unit has kept, and what was changed in it is named.
func TestABundleIsCheckedByREST(t *testing.T) {
	s := open(t, inMemory(t))
	note, err := s.kit.Evidence().Checkpoint(t.Context(), ismskit.Actor{Person: "P05"}, "")
	must(t, err)
	id := s.call("qh150013", "GET", "/records?kind=case&limit=1", nil).want(200).text("items", 0, "case")
	bundle := s.call("qh150013", "POST", "/cases/"+id+"/bundle", nil).want(200).raw
	check := func(body []byte, kind, result string) answer {
		t.Helper()
		out := s.call("qh150013", "POST", "/bundle-checks", body, "Content-Type", kind).want(200)
		if out.text("result") != result {
			t.Errorf("it says %s, want %s: %s", out.text("result"), result, out.raw)
		}
		return out
	}
	check(bundle, "application/octet-stream", "holds")
	body, kind := brought(t, bundle, note.Note)
	if out := check(body, kind, "holds"); out.body["earlier"] != 1.0 || out.body["cases"] != 1.0 {
		t.Errorf("%s", out.raw)
	}
	changed := bytes.Replace(bundle, []byte(`\"verb\":\"submit\"`), []byte(`\"verb\":\"reject\"`), 1)
	if bytes.Equal(changed, bundle) {
		t.Fatal("nothing was changed")
	}
	out := check(changed, "application/octet-stream", "fails")
	if out.text("findings", 0, "code") != "chain_payload_false" || out.text("findings", 0, "case") == "" {
		t.Errorf("%s", out.raw)
	}
	check([]byte("no bundle"), "application/octet-stream", "fails")

	s.call("", "POST", "/bundle-checks", bundle, "Content-Type", "application/octet-stream").want(401)
	s.call("qh150013", "POST", "/bundle-checks", bundle, "Content-Type", "text/plain").refused(415, "media_type")
	s.call("qh150013", "POST", "/bundle-checks", []byte("--b\r\ncut"), "Content-Type", "multipart/form-data; boundary=b").refused(400, "cut_off")
	body, kind = brought(t, bundle, bytes.Repeat([]byte("x"), 70<<10))
	s.call("qh150013", "POST", "/bundle-checks", body, "Content-Type", kind).want(413)
	s.call("qh150013", "POST", "/bundle-checks", make([]byte, 12<<20), "Content-Type", "application/octet-stream").want(413)
}

// slowly is a body that is not sent before the server reads it, and then has to be waited for.
type slowly struct {
	asked chan<- struct{}
	rest  <-chan struct{}
}

func (s slowly) Read([]byte) (int, error) {
	close(s.asked)
	<-s.rest
	return 0, io.EOF
}

// A program that sends a second bundle while its first is still arriving is told when to ask again.
func TestASecondBundleOfOneProgramIsForLater(t *testing.T) {
	s := open(t, inMemory(t))
	s.call("qh150013", "POST", "/bundle-checks", []byte("no bundle"), "Content-Type", "application/octet-stream").want(200)
	asked, rest := make(chan struct{}), make(chan struct{})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/api/v1/bundle-checks", slowly{asked, rest})
	must(t, err)
	for name, value := range map[string]string{"Authorization": "Bearer " + s.token("qh150013"), "Content-Type": "application/octet-stream", "Expect": "100-continue"} {
		r.Header.Set(name, value)
	}
	done := make(chan error)
	go func() {
		transport := &http.Transport{ExpectContinueTimeout: time.Hour}
		defer transport.CloseIdleConnections()
		answer, err := transport.RoundTrip(r)
		if err == nil {
			err = answer.Body.Close()
		}
		done <- err
	}()
	<-asked
	out := s.call("qh150013", "POST", "/bundle-checks", []byte("no bundle"), "Content-Type", "application/octet-stream").refused(429, "check_under_way")
	if out.head.Get("Retry-After") == "" {
		t.Error("it is not said when to ask again")
	}
	s.call("qh150011", "POST", "/bundle-checks", []byte("no bundle"), "Content-Type", "application/octet-stream").want(200)
	close(rest)
	must(t, <-done)
	s.call("qh150013", "POST", "/bundle-checks", []byte("no bundle"), "Content-Type", "application/octet-stream").want(200)
}
