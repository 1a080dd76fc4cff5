package main

import (
	"context"
	"fmt"
	"time"

	"github.com/beevik/ntp"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

// timePatience is how long the nightly checkpoint waits for the time source.
const timePatience = 5 * time.Second

// timeSource asks a server of standard time (NTP) how far this machine's clock is from
// its own (P46: 鐘訊與國家標準時間同步). It sets no clock: that is the machine's business,
// and what it did not do is then said by the checkpoint.
//
// An answer that a client must not believe (the server is not synchronised itself, or
// refuses) is an error.
func timeSource(host string) func(context.Context) (evidence.Clock, error) {
	return func(ctx context.Context) (evidence.Clock, error) {
		if err := ctx.Err(); err != nil {
			return evidence.Clock{}, err
		}
		patience := timePatience
		if end, ok := ctx.Deadline(); ok {
			patience = min(patience, time.Until(end))
		}
		answer, err := ntp.QueryWithOptions(host, ntp.QueryOptions{Timeout: patience})
		if err == nil {
			err = answer.Validate()
		}
		if err != nil {
			return evidence.Clock{}, fmt.Errorf("time source %s: %w", host, err)
		}
		return evidence.Clock{Source: host, Offset: answer.ClockOffset.Truncate(time.Microsecond)}, nil
	}
}
