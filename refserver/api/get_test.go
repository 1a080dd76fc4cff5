package api_test

import (
	"context"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
)

// ends are the ends of every trail there is, but of the one that says who opened what is
// classified: that is noted when it is read.
func (s *server) ends() map[string]int64 {
	s.Helper()
	ends := map[string]int64{}
	must(s, s.store.View(context.Background(), func(ctx context.Context, tx ismskit.Tx) error {
		for q := (ismskit.HeadQuery{Limit: 1000}); ; {
			heads, err := tx.Trail().Heads(ctx, q)
			if err != nil {
				return err
			}
			for _, h := range heads {
				ends[h.Chain] = h.Seq
			}
			if len(heads) < q.Limit {
				return nil
			}
			q.After = heads[len(heads)-1].Chain
		}
	}))
	delete(ends, "openings")
	maps.DeleteFunc(ends, func(chain string, _ int64) bool { return strings.HasPrefix(chain, "copies/") }) // and who took a copy of what version
	return ends
}

// A GET never decides: none of the operations that the description offers under GET lets
// a trail grow, whoever asks, nor does an action sent as one.
func TestAGetNeverDecides(t *testing.T) {
	s := open(t, inMemory(t))
	id := s.sent("qh150013", line("S01", "folder_write", "P13", "qh150013"))
	docs := s.call("qh150012", "GET", "/documents?limit=1", nil).want(200)
	values := []string{
		"/cases/{id}", "/cases/" + id, "/documents/{id}", "/documents/" + docs.text("items", 0, "id"), "/people/{id}", "/people/P12",
		"/roles/{id}", "/roles/system.system_admin", "{version}", docs.text("items", 0, "current"), "{list}", "systems", "{id}", "S02",
		"{type}", "account_request", "{template}", "none", "{digest}", strings.Repeat("0", 64), "{number}", "1", "{log}", "signins",
	}
	fill := strings.NewReplacer(values...)
	var addresses []string
	for path, item := range s.manual.paths() {
		if _, reads := item.(map[string]any)["get"]; reads {
			addresses = append(addresses, path)
		}
	}
	slices.Sort(addresses)
	if len(addresses) < 30 || !slices.Contains(addresses, "/api/v1/cases/{id}") {
		t.Fatalf("the description offers %d addresses", len(addresses))
	}
	addresses = append(addresses, "/api/v1/cases/{id}/actions", "/api/v1/batch", "/healthz", "/readyz", "/metrics")
	logins := []string{"qh150012", "qh110004", "qh150013"}
	for _, login := range logins {
		s.token(login)
	}
	const asked = "?verb=approve&do=approve&comment=ok&case=x&confirm=true"
	before, reached := s.ends(), 0
	for _, login := range logins {
		for _, address := range addresses {
			full := fill.Replace(address)
			if strings.Contains(full, "{") {
				t.Fatalf("no value for %s", address)
			}
			for _, query := range []string{"", asked} {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+full+query, nil)
				must(t, err)
				r.Header.Set("Authorization", "Bearer "+s.token(login))
				r.Header.Set("X-HTTP-Method-Override", "POST")
				answer, err := http.DefaultClient.Do(r)
				must(t, err)
				_, err = io.Copy(io.Discard, answer.Body)
				must(t, err)
				must(t, answer.Body.Close())
				if answer.StatusCode == http.StatusOK {
					reached++
				}
			}
		}
	}
	s.settle()
	if after := s.ends(); !maps.Equal(before, after) {
		for chain, seq := range after {
			if before[chain] != seq {
				t.Errorf("%s grew from %d to %d", chain, before[chain], seq)
			}
		}
	}
	if reached < len(addresses) {
		t.Errorf("only %d answers to %d addresses", reached, len(addresses))
	}
	if c := s.call("qh150013", "GET", "/cases/"+id, nil).want(200); c.text("phase") != "running" && !strings.Contains(string(c.raw), `"running"`) {
		t.Errorf("the request: %.300s", c.raw)
	}
}
