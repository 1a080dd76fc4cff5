package evidence

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ErrCheckpoint is the error of a text that is no checkpoint.
var ErrCheckpoint = errors.New("evidence: not a checkpoint")

// Checkpoint says how the whole log stood at a moment: the root over the heads of
// all chains. Whoever holds an earlier one can tell whether anything it covers was
// rewritten since, by whomever and with whatever key.
type Checkpoint struct {
	Origin string // whose log it is; one line, the same for ever
	Size   int64  // leaves of the log
	Root   Digest
	Time   time.Time // UTC, whole microseconds
	Clock  Clock
}

// Clock says how far the clock that made a checkpoint was from a time source. The
// zero Clock says that no source was asked.
type Clock struct {
	Source string        // such as "tock.stdtime.gov.tw"
	Offset time.Duration // of the source to the own clock, whole microseconds
	Silent bool          // the source was asked and did not answer; there is no Offset
}

const (
	noClock     = "clock none"
	silentClock = "clock silent" // and the source, where it has a name
)

// Text returns the checkpoint as it is signed: the lines of a transparency log's
// checkpoint (origin, size, root in base64) and two lines of our own, time and
// clock.
//
// Errors wrap ErrCheckpoint: an origin or a source that is not one line of text, a
// negative size, a time that an entry could not have.
func (c Checkpoint) Text() (string, error) {
	c.Time, c.Clock.Offset = c.Time.UTC().Truncate(time.Microsecond), c.Clock.Offset.Truncate(time.Microsecond)
	switch {
	case !cleanLine(c.Origin):
		return "", fmt.Errorf("%w: origin %q", ErrCheckpoint, c.Origin)
	case c.Size < 0:
		return "", fmt.Errorf("%w: size %d", ErrCheckpoint, c.Size)
	case c.Time.Unix() < 0 || c.Time.Year() > 9999:
		return "", fmt.Errorf("%w: time %v", ErrCheckpoint, c.Time)
	case c.Clock.Source != "" && !cleanLine(c.Clock.Source):
		return "", fmt.Errorf("%w: time source %q", ErrCheckpoint, c.Clock.Source)
	case c.Clock.Silent && c.Clock.Offset != 0:
		return "", fmt.Errorf("%w: time source %q did not answer and is off by %v", ErrCheckpoint, c.Clock.Source, c.Clock.Offset)
	}
	return fmt.Sprintf("%s\n%d\n%s\ntime %s\n%s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]),
		c.Time.Format(TimeLayout), c.Clock.line()), nil
}

// line is how a checkpoint says it.
func (c Clock) line() string {
	switch {
	case c.Silent && c.Source == "":
		return silentClock
	case c.Silent:
		return silentClock + " " + c.Source
	case c.Source == "":
		return noClock
	}
	return fmt.Sprintf("clock %d %s", c.Offset.Microseconds(), c.Source)
}

// ParseCheckpoint reads what Text writes and nothing else. Errors wrap
// ErrCheckpoint.
func ParseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 6 {
		return Checkpoint{}, fmt.Errorf("%w: %d lines", ErrCheckpoint, len(lines))
	}
	size, err1 := strconv.ParseInt(lines[1], 10, 64)
	root, err2 := base64.StdEncoding.DecodeString(lines[2])
	at, err3 := time.Parse("time "+TimeLayout, lines[3])
	clock, err4 := parseClock(lines[4])
	c := Checkpoint{Origin: lines[0], Size: size, Time: at, Clock: clock}
	copy(c.Root[:], root)
	// Writing it again finds every other way to write the same.
	again, err5 := c.Text()
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	if again != text {
		return Checkpoint{}, fmt.Errorf("%w: not in the form it is written in", ErrCheckpoint)
	}
	return c, nil
}

func parseClock(line string) (Clock, error) {
	switch source, named := strings.CutPrefix(line, silentClock+" "); {
	case line == noClock:
		return Clock{}, nil
	case line == silentClock:
		return Clock{Silent: true}, nil
	case named:
		return Clock{Source: source, Silent: true}, nil
	}
	offset, source, _ := strings.Cut(strings.TrimPrefix(line, "clock "), " ")
	n, err := strconv.ParseInt(offset, 10, 64)
	return Clock{Source: source, Offset: time.Duration(n) * time.Microsecond}, err
}

// cleanLine says whether s may be a line of a note.
func cleanLine(s string) bool {
	return cleanName(s) && strings.TrimSpace(s) == s && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}
