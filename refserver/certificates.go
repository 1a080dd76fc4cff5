package main

import (
	_ "embed"
	"fmt"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/certificate"
)

// certificateTrial is a form on which anybody tries his card: no form of the catalogue asks
// for certificates, for what a house signs so is its own to say.
//
//go:embed certificate_trial.json
var certificateTrial []byte

// certificates lets steps be signed with certificates of the issuers in a file, where one is
// named.
func certificates(o options, cfg *ismskit.Config) error {
	if o.certificates == "" {
		return nil
	}
	verifier, err := certificate.FromFile(o.certificates)
	if err != nil {
		return fmt.Errorf("-certificates: %w", err)
	}
	trial, err := ismskit.ParseType(certificateTrial)
	if err != nil {
		return err
	}
	cfg.Certificates, cfg.Types = verifier, append(cfg.Types, trial)
	return nil
}
