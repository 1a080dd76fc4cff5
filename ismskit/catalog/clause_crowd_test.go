package catalog

import (
	"context"
	"encoding/json"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// counting are files of which it is counted how often each is fetched; to fetch one takes a while.
type counting struct {
	ismskit.Blobs
	opened atomic.Int32
}

func (c *counting) Open(ctx context.Context, digest string) (io.ReadCloser, error) {
	c.opened.Add(1)
	time.Sleep(50 * time.Millisecond)
	return c.Blobs.Open(ctx, digest)
}

// Whoever is told of a new version opens it, all at once: its file is read for the first of them, and the
// others see the same words. A file that ended the program that read it is read on no page.
func TestK1AFileIsReadOnceForACrowd(t *testing.T) {
	o := openOffice(t, inMemory(t))
	o.issued("IS-03-231", "a.docx", wordText(t, "說明書", "0|目的", "1|確保資料安全。"))
	o.issued("IS-03-232", "b.docx", wordText(t, "說明書", "0|目的", "1|另一份。"))
	files := &counting{Blobs: o.l.blobs}
	cfg := o.l.cfg
	cfg.Blobs, cfg.Now, cfg.Notifier = files, o.clock.Now, o.mails
	kit, err := ismskit.New(cfg)
	must(t, err)
	var crowd sync.WaitGroup
	for range 30 {
		crowd.Go(func() {
			if r, err := kit.Documents().Read(o.ctx, o.as("P13"), "IS-03-231", ""); err != nil || len(r.Extract) == 0 {
				t.Errorf("one of them sees %v, %v", r.Extract, err)
			}
		})
	}
	crowd.Wait()
	if n := files.opened.Load(); n > 2 {
		t.Errorf("the file is read %d times", n)
	}

	digest := o.doc("IS-03-232").Versions[0].Files[0].Digest
	given, err := json.Marshal(map[string]any{"reader": 99, "done": true, "reason": ismskit.WordsGivenUp})
	must(t, err)
	o.store(func(ctx context.Context, tx ismskit.Tx) error {
		if err := tx.Registers().Put(ctx, register.Row{List: "file_states", ID: digest, Gone: true}); err != nil {
			return err
		}
		return tx.Registers().Put(ctx, register.Row{List: "file_states", ID: digest, Revision: 1, Values: given})
	})
	files.opened.Store(0)
	r, err := kit.Documents().Read(o.ctx, o.as("P13"), "IS-03-232", "")
	if must(t, err); len(r.Extract) > 0 || files.opened.Load() > 0 {
		t.Errorf("it is read %d times and shows %v", files.opened.Load(), r.Extract)
	}
}
