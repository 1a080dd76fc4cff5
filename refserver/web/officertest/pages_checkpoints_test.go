package officertest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"html"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/witness"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Whoever looks after the system has a checkpoint signed before an audit; the auditor
// takes it away as it was signed. For everybody else there is none of it.
func TestACheckpointIsSignedAndTakenAway(t *testing.T) {
	key, err := evidence.NewKey("isms.example", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	off := 1500 * time.Millisecond
	h := webtest.OpenHouseWith(t, func(cfg *ismskit.Config) {
		cfg.Signer = key
		cfg.TimeSource = func(context.Context) (evidence.Clock, error) {
			off = -off
			return evidence.Clock{Source: "tock.example", Offset: -off}, nil
		}
	})
	officer, admin, clerk := h.As(t, "P04"), h.As(t, "P05"), h.As(t, "P13")
	officer.Get("/").Says(t, http.StatusOK, `href="/checkpoints"`) // beside the changes, in the menu of those who may read it
	clerk.Get("/").Not(t, `href="/checkpoints"`)
	if page := officer.Get("/checkpoints").Says(t, http.StatusOK, "尚無檢查點"); strings.Contains(page.Text, "立即簽章") {
		t.Error("the officer is offered to sign, who may not")
	}
	if page := officer.Get("/checkpoints").Says(t, http.StatusOK, "機關的公開金鑰"); !strings.Contains(html.UnescapeString(page.Text), key.Verifier()) {
		t.Error("the key with which a bundle is checked is not on the page")
	}
	admin.Get("/checkpoints").Says(t, http.StatusOK, "立即簽章", "尚未設定外部保管者", "設定稽核單位的信箱")
	for range 2 {
		form := admin.Get("/checkpoints").With()
		admin.Post("/checkpoints", form...).Says(t, http.StatusOK, "已簽署檢查點")
		admin.Post("/checkpoints", form...).Says(t, http.StatusOK, "已簽署檢查點") // a double click
	}
	page := officer.Get("/checkpoints").Says(t, http.StatusOK, "慢 1.500 秒（tock.example）", "快 1.500 秒（tock.example）", "尚未送達外部保管者")
	found, err := h.Kit.Evidence().Checkpoints(t.Context(), ismskit.Actor{Person: "P04"}, ismskit.CheckpointQuery{})
	all := found.Points
	if err != nil || len(all) != 2 {
		t.Fatalf("%d checkpoints, %v", len(all), err)
	}
	for i, c := range all {
		link := "/checkpoints/" + fmt.Sprint(c.Number) + "/note"
		if !strings.Contains(page.Text, link) {
			t.Errorf("checkpoint %d is not offered", i)
		}
		if got := officer.Get(link).Says(t, http.StatusOK); got.Text != string(c.Note) {
			t.Errorf("taken away:\n%s\nsigned:\n%s", got.Text, c.Note)
		}
		clerk.Get(link).Says(t, http.StatusNotFound)
	}
	if older := officer.Get("/checkpoints?before=" + fmt.Sprint(all[0].Number)); strings.Contains(older.Text, "/checkpoints/"+fmt.Sprint(all[0].Number)+"/") || !strings.Contains(older.Text, "/checkpoints/"+fmt.Sprint(all[1].Number)+"/") {
		t.Error("those before the second are not the first alone")
	}
	for _, none := range []string{"/checkpoints/999/note", "/checkpoints/last/note", "/checkpoints?before=last"} {
		officer.Get(none).Says(t, http.StatusNotFound)
	}
	officer.Post("/checkpoints").Says(t, http.StatusNotFound)
	clerk.Get("/checkpoints").Says(t, http.StatusNotFound)
	clerk.Post("/checkpoints").Says(t, http.StatusNotFound)
}

// A time source that was set and did not answer is another matter than none.
func TestACheckpointSaysThatTheTimeSourceWasSilent(t *testing.T) {
	key, err := evidence.NewKey("isms.example", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h := webtest.OpenHouseWith(t, func(cfg *ismskit.Config) {
		cfg.Signer = key
		cfg.TimeSource = func(context.Context) (evidence.Clock, error) {
			return evidence.Clock{Source: "tock.example"}, errors.New("no route to it")
		}
	})
	h.As(t, "P05").Post("/checkpoints").Says(t, http.StatusOK, "校時主機未回應（tock.example），未能比對").Not(t, "未與校時主機比對")
}

// A house that has somebody outside who keeps its checkpoints is not told to look for one.
func TestAHouseWhoseCheckpointsAreKeptOutsideIsNotWarned(t *testing.T) {
	key, err := evidence.NewKey("isms.example", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h := webtest.OpenHouseWith(t, func(cfg *ismskit.Config) {
		cfg.Signer, cfg.Witnesses = key, []ismskit.Witness{witness.Folder{Dir: t.TempDir()}}
	})
	h.As(t, "P05").Get("/checkpoints").Says(t, http.StatusOK, "立即簽章").Not(t, "尚未設定外部保管者")
}

// A checkpoint whose text somebody spoiled is no checkpoint of the year 1.
func TestASpoiledCheckpointIsSaidToBe(t *testing.T) {
	h := webtest.OpenHouse(t)
	err := h.Store.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Trail().Append(ctx, ismskit.TrailEntry{Entry: evidence.Entry{Chain: "log", Seq: 1, At: h.Now(), Kind: "checkpoint", Actor: "P05"}, Payload: []byte("nothing")})
	})
	if err != nil {
		t.Fatal(err)
	}
	h.As(t, "P04").Get("/checkpoints").Says(t, http.StatusOK, "簽章內容無法讀取", "115.11.23").Not(t, "未與校時主機比對", "/checkpoints/1/note")
	h.As(t, "P04").Get("/checkpoints/1/note").Says(t, http.StatusNotFound)
}
