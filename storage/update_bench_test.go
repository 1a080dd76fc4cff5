package storage_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/storage"
)

var (
	form     = `{"rows":[` + strings.Repeat(`{"system":"S01","items":["read","write"],"reason":"到職需要"},`, 8) + `{}]}`
	state    = strings.Repeat(`{"step":"head","signed":["P05"]}`, 12)
	payload  = strings.Repeat(`{"leaf":"c2FsdA","digest":"00"}`, 16)
	taskBody = `{"rows":3}`
)

// BenchmarkUpdate is what the store does of one sign-off, beside the floor in
// the same run: ratio is the median over pairs of rounds, p99 of ours.
func BenchmarkUpdate(b *testing.B) {
	for _, e := range engines {
		for _, callers := range []int{1, 8, 64} {
			b.Run(fmt.Sprintf("%s/%d", e.name, callers), func(b *testing.B) {
				s, f := e.store(b), e.floor(b)
				ids := make([]string, callers)
				for i := range ids {
					ids[i] = fmt.Sprintf("case-%03d", i)
					if err := openCase(b.Context(), s, ids[i]); err != nil {
						b.Fatal(err)
					}
					if err := f.open(b.Context(), ids[i]); err != nil {
						b.Fatal(err)
					}
				}
				beside(b, ids,
					func(ctx context.Context, id string) error { return signOff(ctx, s, id) },
					f.signOff)
			})
		}
	}
}

func openCase(ctx context.Context, s ismskit.Store, id string) error {
	c := ismskit.CaseRow{ID: id, Revision: 1, Type: "account_request", Version: "1", Number: "115-" + id, Subject: "申請三個系統的帳號", Class: "internal",
		Phase: "running", Step: "head", Applicant: "P05", ApplicantName: "湯舒涵", Unit: "U03", UnitName: "資訊室",
		Values: []byte(form), State: []byte(state), Extra: []byte(`{}`), Created: time.Now(), Head: evidence.Head{Chain: id}}
	return s.Update(ctx, func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Cases().Insert(ctx, c, []ismskit.TaskRow{nextTask(c, "t1")})
	})
}

func nextTask(c ismskit.CaseRow, task string) ismskit.TaskRow {
	return ismskit.TaskRow{Case: c.ID, Task: task, Holders: []string{"p:P05"}, Type: c.Type, Number: c.Number, Subject: c.Subject, Class: c.Class,
		Applicant: c.Applicant, Name: c.ApplicantName, Unit: c.UnitName, Step: "head", Kind: "approve", Body: []byte(taskBody),
		Opened: c.Created, Due: c.Created.Add(time.Hour), DueDate: "2026-03-05"}
}

// signOff is what one action asks of a store.
func signOff(ctx context.Context, s ismskit.Store, id string) error {
	var c ismskit.CaseRow
	err := s.View(ctx, func(ctx context.Context, tx ismskit.Tx) error {
		got, err := tx.Cases().Get(ctx, id)
		c = got
		return err
	})
	if err != nil {
		return err
	}
	now := time.Now()
	gone := fmt.Sprint("t", c.Revision)
	c.Revision++
	entry := ismskit.TrailEntry{Entry: evidence.Entry{Format: 1, Chain: id, Seq: c.Revision, At: now, Kind: "approve", Actor: "P05", Prev: c.Head.Hash},
		Payload: []byte(payload)}
	entry.Hash = entry.Entry.Hash()
	c.Head = evidence.Head{Chain: id, Seq: c.Revision, Hash: entry.Hash}
	c.Changed = now
	job := ismskit.Job{ID: id, Key: id, Kind: "alarm", Subject: id, Due: now.Add(time.Hour)}
	return s.Update(ctx, func(ctx context.Context, tx ismskit.Tx) error {
		if err := tx.Trail().Append(ctx, entry); err != nil {
			return err
		}
		if err := tx.Queue().Put(ctx, now, job); err != nil {
			return err
		}
		return tx.Cases().Update(ctx, c, []ismskit.TaskRow{nextTask(c, fmt.Sprint("t", c.Revision))}, []string{gone})
	})
}

// rounds is how often ours and the floor take turns.
const rounds = 9

// perRound is how many actions each caller makes in a round. However few are asked for,
// a round is long enough for the callers to get out of step with each other: the first
// action of all of them at once says nothing of a server that runs, and in a fifth of a second
// what the database does by the way, such as a checkpoint, falls on one of the two. Where only whether the
// benchmark runs is asked, ISMSKIT_BENCH_SCALE divides that.
func perRound(b *testing.B, callers int) int {
	least := max(4*signatures, 256/callers)
	if scale, err := strconv.Atoi(os.Getenv("ISMSKIT_BENCH_SCALE")); err == nil && scale > 1 {
		least /= scale
	}
	return max(1, least, b.N/(rounds*callers))
}

// beside runs rounds of ours and of the floor in turn, each with one goroutine
// for every id.
//
// Both run with the collector set as the reference server sets it. A benchmark keeps so
// little that a collection would come with every seventieth action.
func beside(b *testing.B, ids []string, ours, floor func(ctx context.Context, id string) error) {
	besideEach(b, ids, perRound(b, len(ids)), ours, floor)
}

// besideEach is beside with so many actions of each goroutine in a round.
func besideEach(b *testing.B, ids []string, each int, ours, floor func(ctx context.Context, id string) error) {
	defer debug.SetGCPercent(debug.SetGCPercent(storage.Garbage))
	var ratios, spent []float64
	var waits []time.Duration
	for range rounds {
		took, w := round(b, ids, each, ours)
		base, _ := round(b, ids, each, floor)
		ratios = append(ratios, base.Seconds()/took.Seconds())
		spent = append(spent, took.Seconds())
		waits = append(waits, w...)
	}
	slices.Sort(ratios)
	slices.Sort(spent)
	slices.Sort(waits)
	b.ReportMetric(ratios[rounds/2], "ratio")
	b.ReportMetric(float64(each*len(ids))/spent[rounds/2], "actions/s")
	b.ReportMetric(float64(waits[len(waits)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(fsyncProbe(b).Microseconds()), "fsync-µs")
	b.ReportMetric(0, "ns/op")
}

func round(b *testing.B, ids []string, each int, do func(ctx context.Context, id string) error) (time.Duration, []time.Duration) {
	waits := make([]time.Duration, len(ids)*each)
	var all sync.WaitGroup
	var failed atomic.Bool
	begin := time.Now()
	for i, id := range ids {
		all.Go(func() {
			for j := range each {
				from := time.Now()
				if err := do(b.Context(), id); err != nil {
					failed.Store(true)
					b.Error(err)
					return
				}
				waits[i*each+j] = time.Since(from)
			}
		})
	}
	all.Wait()
	if failed.Load() {
		b.FailNow()
	}
	return time.Since(begin), waits
}

// fsyncProbe says what one small durable write costs on this disk at the moment.
func fsyncProbe(b *testing.B) time.Duration {
	f, err := os.Create(filepath.Join(b.TempDir(), "probe"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	var took []time.Duration
	page := make([]byte, 4096)
	for range 50 {
		from := time.Now()
		if _, err := f.Write(page); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(from))
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// splitStatements cuts at the end of each statement.
func splitStatements(text string) []string {
	return slices.DeleteFunc(strings.Split(text, ";"), func(s string) bool { return strings.TrimSpace(s) == "" })
}

// numbered turns ? into $1, $2, …
func numbered(text string) string {
	parts := strings.Split(text, "?")
	var out strings.Builder
	for i, p := range parts {
		if i > 0 {
			fmt.Fprintf(&out, "$%d", i)
		}
		out.WriteString(p)
	}
	return out.String()
}
