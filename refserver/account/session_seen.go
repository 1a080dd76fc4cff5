package account

import (
	"context"
	"strconv"
	"strings"
)

// maxSeen is how many cases a session remembers as opened: more than a signer decides
// with one act. The oldest go first.
const maxSeen = 100

// PutSeen remembers that this session has opened a case, at its revision.
func (s *Sessions) PutSeen(ctx context.Context, caseID string, revision int64) {
	var kept []string
	for line := range strings.Lines(s.manager.GetString(ctx, keySeen)) {
		if id, _, _ := strings.Cut(line, " "); id != caseID {
			kept = append(kept, line)
		}
	}
	kept = append(kept, caseID+" "+strconv.FormatInt(revision, 10)+"\n")
	s.manager.Put(ctx, keySeen, strings.Join(kept[max(0, len(kept)-maxSeen):], ""))
}

// Seen is the revision of a case when this session opened it last, 0 where it has not.
func (s *Sessions) Seen(ctx context.Context, caseID string) int64 {
	for line := range strings.Lines(s.manager.GetString(ctx, keySeen)) {
		id, at, _ := strings.Cut(strings.TrimSpace(line), " ")
		if id != caseID {
			continue
		}
		if revision, err := strconv.ParseInt(at, 10, 64); err == nil {
			return revision
		}
	}
	return 0
}
