package browsertest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
)

// What moves away under the mouse is pressed where it has gone to, and once.
func TestAClickThatMissedIsMadeAgain(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<!doctype html><html lang="zh-TW"><title>表單</title><link rel="icon" href="data:,">
<main><div id="hint"></div><form><button id="send" name="do" value="send">送出</button></form> <button id="count" type="button">0</button></main>
<script>
	addEventListener("mousedown", () => { document.querySelector("#hint").style.height = "300px"; }, { once: true });
	document.querySelector("#count").addEventListener("click", e => { e.target.textContent = +e.target.textContent + 1; });
</script></html>`)
	}))
	defer site.Close()
	p := browsertest.Start(t).Open(t, site.URL, "/", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Click("#count")
	p.Click("#count")
	if got := p.Text("#count"); got != "2" {
		t.Errorf("pressed twice, it counts %s", got)
	}
	p.Go("/")
	p.Follow("#send")
	if got := p.Path(); got != "/?do=send" {
		t.Errorf("sent to %s", got)
	}
	if e := p.Effort(); e.Clicks != 3 {
		t.Errorf("%d clicks for a person's three", e.Clicks)
	}
}
