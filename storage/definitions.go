package storage

import (
	"context"

	"github.com/ismskit/ismskit/ismskit"
)

type definitions struct{ *tx }

var (
	// An equal digest makes this an update that changes nothing; another digest
	// touches no row, which is the conflict.
	definitionPut = must(ismskit.ErrConflict, `INSERT INTO isms_definitions (kind, key, version, digest, created, body)
	VALUES (?, ?, ?, ?, ?, ?)
	ON CONFLICT (kind, key, version) DO UPDATE SET digest = excluded.digest WHERE isms_definitions.digest = excluded.digest`)
	definitionGet = both(`SELECT kind, key, version, digest, created, body FROM isms_definitions
	WHERE kind = ? AND key = ? AND version = ?`)
)

func (d definitions) Put(ctx context.Context, v ismskit.Definition) error {
	return d.write(ctx, definitionPut, v.Kind, v.Key, v.Version, v.Digest[:], micros(v.Created), v.Body)
}

func (d definitions) Get(ctx context.Context, kind, key, version string) (ismskit.Definition, error) {
	rows, err := d.read(ctx, definitionGet, kind, key, version)
	found, err := all(rows, err, scanDefinition)
	if err != nil {
		return ismskit.Definition{}, err
	}
	if len(found) == 0 {
		return ismskit.Definition{}, ismskit.ErrNotFound
	}
	return found[0], nil
}

func (d definitions) List(ctx context.Context, kind, key string) ([]ismskit.Definition, error) {
	s := d.from("isms_definitions AS d").ColumnExpr("d.kind, d.key, d.version, d.digest, d.created, NULL").Where("d.kind = ?", kind)
	s = equal(s, "d.key", key).OrderExpr("d.key, d.created, d.version")
	rows, err := d.built(ctx, s)
	return all(rows, err, scanDefinition)
}

func scanDefinition(rows Rows) (ismskit.Definition, error) {
	var v ismskit.Definition
	var hash []byte
	var created int64
	if err := rows.Scan(&v.Kind, &v.Key, &v.Version, &hash, &created, &v.Body); err != nil {
		return v, err
	}
	v.Created = moment(created)
	var err error
	v.Digest, err = digest(hash)
	return v, err
}
