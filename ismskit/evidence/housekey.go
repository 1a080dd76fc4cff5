package evidence

import (
	"slices"
	"strings"
)

// HouseKeys are those of the keys that may sign for a house: those of its name. All
// others, witnesses' among them, count only beside it.
func HouseKeys(origin string, keys ...string) []string {
	var out []string
	for _, key := range keys {
		if name, _, _ := strings.Cut(key, "+"); name == origin {
			out = append(out, key)
		}
	}
	return out
}

// OpenCheckpoint opens a checkpoint that one key has signed, the key of the house
// whose log it is. Errors wrap ErrKey, ErrSignature or ErrCheckpoint, the last also
// where it is another house's.
func OpenCheckpoint(signed []byte, house string) (Checkpoint, error) {
	n, err := OpenNote(signed, house)
	if err != nil {
		return Checkpoint{}, err
	}
	c, err := ParseCheckpoint(n.Text)
	if err != nil {
		return Checkpoint{}, err
	}
	if len(HouseKeys(c.Origin, house)) == 0 {
		return Checkpoint{}, ErrCheckpoint
	}
	return c, nil
}

// chooseHouse settles which key is the house's: the one that signed a checkpoint
// known before, else the one that signed the manifest. Everything else has to be
// signed by the same.
func (c *check) chooseHouse(manifest []byte) {
	candidates := HouseKeys(c.manifest.Origin, c.keys...)
	for _, b := range c.options.Checkpoints {
		for _, key := range candidates {
			if _, err := OpenCheckpoint(b, key); err == nil {
				c.house, c.report.Vouched = key, true
				return
			}
		}
	}
	for _, key := range candidates {
		if _, err := OpenNote(manifest, key); err == nil {
			c.house = key
			break
		}
	}
	if c.house == "" && len(candidates) > 0 {
		c.house = candidates[0]
	}
	c.report.Vouched = c.house != "" && slices.Contains(c.options.Keys, c.house)
}

// witnesses tells who signed a checkpoint beside the house: those whose keys are
// trusted, and those who only say so.
func (c *check) witnesses(signed []byte) (known, claimed []string, err error) {
	n, err := OpenNote(signed, append([]string{c.house}, c.options.witnesses()...)...)
	if err != nil {
		return nil, nil, err
	}
	name, _, _ := strings.Cut(c.house, "+")
	known = slices.DeleteFunc(n.Signers, func(s string) bool { return s == name })
	slices.Sort(known)
	claimed = n.Unknown
	slices.Sort(claimed)
	return slices.Compact(known), slices.Compact(claimed), nil
}

// witnesses are the keys that count beside the house's. A house's key among them
// does no harm: it is known by its name.
func (o Options) witnesses() []string { return slices.Concat(o.Keys, o.Witnesses) }
