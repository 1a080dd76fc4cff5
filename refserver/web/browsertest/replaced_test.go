package browsertest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
)

// restless is a page whose script replaces everything in it again and again, until
// somebody has really begun something in it: pressed the mouse, come into the field,
// given a file. What came is written at the end.
const restless = `<!doctype html><html lang="zh-TW"><title>表單</title><link rel="icon" href="data:,">
<main><h1>表單 <span id="n">0</span></h1>
<button id="go" type="button">送出</button> <a id="on" href="/?next">下一頁</a>
<input id="name" value="舊的"> <select id="system"><option value="">–</option><option value="S01">AD 帳號</option></select>
<input id="file" type="file"></main>
<p id="said"></p>
<script>
	let n = 0, said = document.querySelector("#said"), main = document.querySelector("main");
	const timer = setInterval(() => {
		main.innerHTML = main.innerHTML.replace(/(<span id="n">)\d+/, "$1" + ++n);
	}, %d);
	for (const kind of ["mousedown", "focusin"]) addEventListener(kind, () => clearInterval(timer));
	addEventListener("click", e => { if (e.target.id) said.textContent += "click " + e.target.id + ";"; });
	addEventListener("change", e => { clearInterval(timer); said.textContent += "change " + e.target.id + " " + (e.target.files ? e.target.files[0].name : e.target.value) + ";"; });
</script></html>`

// What a page replaces while it is read, clicked, chosen or filled in is found anew;
// nothing is done twice, and nothing is done to what is no longer there.
func TestAPageThatReplacesWhatIsUsed(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		every := 1
		if r.URL.Path == "/slower" {
			every = 25
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, restless, every)
	}))
	defer site.Close()
	file := filepath.Join(t.TempDir(), "回復.txt")
	if err := os.WriteFile(file, []byte("信箱已建立"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := browsertest.Start(t).Open(t, site.URL, "/", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	for range 100 {
		if text := p.Text("main"); !strings.HasPrefix(text, "表單 ") {
			t.Fatalf("it reads %q", text)
		}
	}
	said := func() (text string) {
		p.Eval(`document.querySelector("#said").textContent`, &text)
		return text
	}
	for range 3 {
		p.Go("/")
		p.Click("#go")
		if got := said(); got != "click go;" {
			t.Errorf("clicked once: %q", got)
		}
		p.Go("/")
		p.Follow("#on")
		if got := p.Path(); got != "/?next" {
			t.Errorf("the link led to %s", got)
		}
		p.Go("/")
		p.Type("#name", "鍾明哲")
		var typed string
		if p.Eval(`document.querySelector("#name").value`, &typed); typed != "鍾明哲" {
			t.Errorf("typed %q", typed)
		}
		p.Go("/")
		p.Choose("#system", "S01")
		if got := said(); got != "change system S01;" {
			t.Errorf("chosen once: %q", got)
		}
		p.Go("/slower")
		p.Attach("#file", file)
		if got := said(); got != "change file 回復.txt;" {
			t.Errorf("attached once: %q", got)
		}
	}
}

// What is waited for may come with another page than the one that was asked first, and
// its element may stand there a while before its text has come.
func TestWaitingGoesOnWithTheNextPage(t *testing.T) {
	seen := make(chan struct{})
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		begin := `<!doctype html><html lang="zh-TW"><title>進度</title><link rel="icon" href="data:,"><main>`
		switch r.URL.Path {
		case "/":
			fmt.Fprint(w, begin+`<h1>處理中</h1></main><script>addEventListener("load", () => setTimeout(() => { location = "/done" }, 150))</script></html>`)
		case "/done":
			fmt.Fprint(w, begin+`<script>
				const looking = setInterval(() => {
					if (!document.querySelector("#done")?.offsetWidth) return;
					clearInterval(looking);
					setTimeout(() => fetch("/seen"), 100);
				}, 5);
			</script><h1 id="done">`+strings.Repeat(" ", 4<<10))
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
			select {
			case <-seen:
			case <-r.Context().Done():
			}
			fmt.Fprint(w, `已完成</h1></main></html>`)
		case "/seen":
			select {
			case seen <- struct{}{}:
			case <-r.Context().Done():
			}
		}
	}))
	t.Cleanup(site.Close) // after the window, which may still be waiting for a page
	p := browsertest.Start(t).Open(t, site.URL, "/", browsertest.Look{Size: browsertest.Phone, Lang: "zh-TW"})
	for range 5 {
		p.Go("/")
		if got := p.Text("#done"); got != "已完成" {
			t.Errorf("it reads %q", got)
		}
	}
}
