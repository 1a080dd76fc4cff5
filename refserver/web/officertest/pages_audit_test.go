package officertest

import (
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// signingHouse is a house that signs with the key, in which one request was sent.
func signingHouse(t *testing.T, key evidence.Key) (h *webtest.House, path string) {
	t.Helper()
	h = webtest.OpenHouseWith(t, func(cfg *ismskit.Config) { cfg.Signer = key })
	path = h.Apply(t)
	h.Settle(t)
	return h, path
}

// keptNote is a checkpoint that is signed now and taken out of the house.
func keptNote(t *testing.T, h *webtest.House) webtest.File {
	t.Helper()
	admin := h.As(t, "P05")
	admin.Post("/checkpoints", admin.Get("/checkpoints").With()...).Says(t, http.StatusOK, "已簽署檢查點")
	found, err := h.Kit.Evidence().Checkpoints(t.Context(), ismskit.Actor{Person: "P05"}, ismskit.CheckpointQuery{Limit: 1})
	if err != nil || len(found.Points) == 0 {
		t.Fatalf("no checkpoint: %v", err)
	}
	return webtest.File{Name: "保管.note", Content: string(found.Points[0].Note)}
}

func houseKey(t *testing.T) evidence.Key {
	t.Helper()
	key, err := evidence.NewKey("isms.example", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// Whoever audits the house holds its trails to a checkpoint that was kept elsewhere, by a
// page: all holds, and what the check cannot find without one is said. For everybody else
// there is no such page.
func TestTheTrailsAreAuditedByPage(t *testing.T) {
	h, _ := signingHouse(t, houseKey(t))
	kept := keptNote(t, h)
	officer, clerk := h.As(t, "P04"), h.As(t, "P13")
	officer.Get("/checkpoints").Says(t, http.StatusOK, `href="/checkpoints/audit"`)
	officer.Get("/checkpoints/audit").Says(t, http.StatusOK, "軌跡查核", "一次最多 20 個", "每個 64 KB 以內", `enctype="multipart/form-data"`).Not(t, "查核結果")
	page := officer.SendAll("/checkpoints/audit", "earlier", []webtest.File{kept}).Says(t, http.StatusOK,
		"查核結果（115.11.23", "state--done", "全部相符。", "比對的檢查點檔：保管.note", "與資料庫現有的檢查點紀錄相符", "查核資料庫現有的全部軌跡", "案件 ")
	page.Not(t, "封存檔", "不相符", "請立即保全", "✓")
	officer.SendAll("/checkpoints/audit", "earlier", nil).Says(t, http.StatusOK, "全部相符。", "這次未提供先前的檢查點", "若有人以伺服器自己的金鑰重做整份歷史，這次檢查無法發現")
	officer.SendAll("/checkpoints/audit", "earlier", []webtest.File{{Name: "照片.note", Content: "nothing"}}).
		Says(t, http.StatusOK, "不相符，共 1 處", "檢查點 照片.note 的簽章不符", "請確認所選的檔案，再查核一次").Not(t, "請立即保全")
	officer.Post("/checkpoints/audit").Says(t, http.StatusOK, "全部相符。") // a form without files
	// A bundle, or anything else that is large, where a checkpoint is asked for: said at the field, on the form.
	officer.SendAll("/checkpoints/audit", "earlier", []webtest.File{kept, {Name: "封存檔.zip", Content: strings.Repeat("PK", 3<<20)}}).
		Says(t, http.StatusUnprocessableEntity, "「封存檔.zip」超過 64 KB，不是檢查點檔", `id="earlier-error"`, `enctype="multipart/form-data"`)
	for _, who := range []*webtest.Caller{clerk, h.As(t, "P01")} {
		who.Get("/checkpoints/audit").Says(t, http.StatusNotFound)
		who.SendAll("/checkpoints/audit", "earlier", []webtest.File{kept}).Says(t, http.StatusNotFound)
	}
	officer.Get("/checkpoints/audit?lang=en").Says(t, http.StatusOK, "Check of the trails", "At most 20 files")
}

// The whole history was made anew and signed with the server's own key: by itself all of it
// agrees, and the checkpoint that had left the house does not.
func TestAHistoryMadeAnewIsFoundByPage(t *testing.T) {
	key := houseKey(t)
	before, _ := signingHouse(t, key)
	kept := keptNote(t, before)
	h, _ := signingHouse(t, key)
	h.Apply(t, "reason", "另一個事由")
	h.Settle(t)
	keptNote(t, h) // at least as long as it was
	officer := h.As(t, "P04")
	officer.SendAll("/checkpoints/audit", "earlier", nil).Says(t, http.StatusOK, "全部相符。")
	officer.SendAll("/checkpoints/audit", "earlier", []webtest.File{kept}).
		Says(t, http.StatusOK, "state--no", "不相符，共 1 處", "不在資料庫現有的歷史之中：歷史被改寫後重新簽署", "請立即保全資料庫").Not(t, "全部相符")
}

// What was changed is said with its case, which is one click away, and with the list whose
// row it is; a file that is no checkpoint by its name.
func TestWhatWasChangedIsSaidWithItsPlace(t *testing.T) {
	h, path := signingHouse(t, houseKey(t))
	kept := keptNote(t, h)
	number, seq := "", int64(len(h.Trail(t, path)))
	if c, err := h.Kit.Case(t.Context(), ismskit.System("test"), strings.TrimPrefix(path, "/cases/")); err == nil {
		number = c.Number
	}
	err := h.Store.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Trail().Append(ctx,
			ismskit.TrailEntry{Entry: evidence.Entry{Chain: "case" + strings.TrimPrefix(path, "/cases"), Seq: seq + 1, At: h.Now(), Kind: "act", Actor: "P01"}, Payload: []byte(`{}`)},
			ismskit.TrailEntry{Entry: evidence.Entry{Chain: "list/people/P99", Seq: 2, At: h.Now(), Kind: "change", Actor: "P01"}, Payload: []byte(`{}`)})
	})
	if err != nil {
		t.Fatal(err)
	}
	page := h.As(t, "P04").SendAll("/checkpoints/audit", "earlier", []webtest.File{kept, {Name: "照片.note", Content: "nothing"}}).
		Says(t, http.StatusOK, "不相符", "案件 "+number+" 的軌跡第", `href="/records?q=`+number+`"`, "人員／P99", "檢查點 照片.note 的簽章不符", "請立即保全資料庫")
	page.Not(t, "list/people", "全部相符")
	if n := strings.Count(page.Text, `href="/records?q=`+number+`"`); n != 1 {
		t.Errorf("%d links lead to the case", n)
	}
}

// More files than are read, a file longer than a checkpoint, and both at once: each is
// refused before it is read, and said.
func TestWhatIsNoCheckpointIsRefusedBeforeItIsRead(t *testing.T) {
	h, _ := signingHouse(t, houseKey(t))
	officer := h.As(t, "P04")
	officer.SendAll("/checkpoints/audit", "earlier", slices.Repeat([]webtest.File{{Name: "a.note", Content: "x"}}, 21)).
		Says(t, http.StatusUnprocessableEntity, "一次最多選 20 個檢查點檔，這次選了 21 個。", `href="#earlier"`, `aria-invalid="true"`).Not(t, "查核結果")
	long := webtest.File{Name: "大.note", Content: strings.Repeat("x", 64<<10+1)}
	officer.SendAll("/checkpoints/audit", "earlier", []webtest.File{long}).
		Says(t, http.StatusUnprocessableEntity, "「大.note」超過 64 KB，不是檢查點檔").Not(t, "查核結果")
	officer.SendAll("/checkpoints/audit", "earlier", slices.Repeat([]webtest.File{long}, 22)).Says(t, http.StatusUnprocessableEntity, "「大.note」超過 64 KB，不是檢查點檔")
}
