package main

import (
	"context"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/beevik/ntp"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

const (
	timePatience = 5 * time.Second // how long a checkpoint waits for the time source
	sourceLasts  = time.Minute     // how long an answer stands
)

// timeSource asks a server of standard time (NTP) how far this machine's clock is from
// its own (P46: 鐘訊與國家標準時間同步). It sets no clock: that is the machine's business,
// and what it did not do is then said by the checkpoint.
//
// An answer that a client must not believe (the server is not synchronised itself, or
// refuses) is an error.
//
// The whole of it, with finding the host's address, takes timePatience at most. An answer
// stands for sourceLasts of this machine's time, so that a demonstration that is moved
// by a year does not ask for each of its nights. Nobody waits for what another has asked.
func timeSource(host string) func(context.Context) (evidence.Clock, error) {
	type answer struct {
		at    time.Time
		clock evidence.Clock
		err   error
	}
	var last atomic.Pointer[answer]
	return func(ctx context.Context) (evidence.Clock, error) {
		if err := ctx.Err(); err != nil {
			return evidence.Clock{Source: host}, err
		}
		if a := last.Load(); a != nil && time.Since(a.at) < sourceLasts {
			return a.clock, a.err
		}
		clock, err := askSource(ctx, host)
		if ctx.Err() == nil { // who asked and has gone says nothing of the source
			last.Store(&answer{time.Now(), clock, err})
		}
		return clock, err
	}
}

func askSource(ctx context.Context, host string) (evidence.Clock, error) {
	answer, err := ntp.QueryWithOptions(host, ntp.QueryOptions{
		Timeout: timePatience / 2,
		Dialer: func(_, remote string) (net.Conn, error) { // the package's own looks for names without an end
			return (&net.Dialer{Timeout: timePatience / 2}).DialContext(ctx, "udp", remote)
		},
	})
	if err == nil {
		err = answer.Validate()
	}
	if err != nil {
		return evidence.Clock{Source: host}, fmt.Errorf("time source %s: %w", host, err)
	}
	return evidence.Clock{Source: host, Offset: answer.ClockOffset.Truncate(time.Microsecond)}, nil
}
