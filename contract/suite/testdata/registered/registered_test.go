// Package registered is someone's own Ginkgo suite, with a contract's specs
// beside one of its own.
package registered

import (
	"net/url"
	"os"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/suite"
	"github.com/apiclause/clause/contract/target"
)

var _ = suite.Register(config())

var _ = ginkgo.Describe("our own", func() {
	ginkgo.It("runs beside the contract's", func() { gomega.Expect(1).To(gomega.Equal(1)) })
})

func TestRegistered(t *testing.T) {
	gomega.RegisterFailHandler(ginkgo.Fail)
	ginkgo.RunSpecs(t, "registered")
}

func config() contract.Config {
	c := contract.Default()
	loaded, err := contract.LoadFile(os.Getenv("CLAUSE_TEST_CONTRACT"))
	if err != nil {
		panic(err)
	}
	base, err := url.Parse(os.Getenv("CLAUSE_TEST_URL"))
	if err != nil {
		panic(err)
	}
	c.Contract = loaded
	c.Target = &target.Target{Name: "registered", BaseURL: base}
	c.WithoutPreflight = true
	return c
}
