/* derivation_page.c - a verified derivation typeset: Markdown with TeX formulas, and a LaTeX document. A false link is
 * struck through, and what is right stands beside it. */
#include <string.h>

#include "render/derivation.h"

/* Characters that Markdown or LaTeX would read as their own, in text that came from outside. */
static void add_escaped(struct nng_text *out, const char *text, bool latex)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (latex && (c < 0x20 || c >= 0x7f))
            nng_text_add(out, "?");
        else if (latex && *text == '/')
            nng_text_add(out, "/\\allowbreak{}");
        else if (latex && strchr("\\{}^~", *text) != NULL)
            nng_text_print(out, "\\char%d{}", *text);
        else if (strchr(latex ? "&%$#_" : "\\`*_{}[]<>|$", *text) != NULL)
            nng_text_print(out, "\\%c", *text);
        else
            nng_text_add_n(out, text, 1);
    }
}

/* Left side and links; a false one crossed out. */
static void add_formula(struct nng_text *out, const struct nng_claim *claim)
{
    nng_text_add(out, claim->latex_left);
    for (size_t k = 0; k < claim->link_count; k++) {
        bool false_link = claim->links[k].verdict == NNG_FAIL;
        nng_text_print(out, " = %s%s%s", false_link ? "\\cancel{" : "", claim->links[k].latex, false_link ? "}" : "");
    }
}

/* Of each false link: cause, and what is right. */
static void add_remarks(struct nng_text *out, const struct nng_claim *claim, enum reveal reveal)
{
    for (size_t k = 0; k < claim->link_count; k++) {
        const struct nng_link *link = &claim->links[k];
        if (link->verdict != NNG_FAIL || reveal == REVEAL_LINE)
            continue;
        nng_text_add(out, "  - ");
        add_escaped(out, link->cause != NULL ? link->cause : "unknown", false);
        if (reveal == REVEAL_FIX && link->message != NULL) {
            nng_text_add(out, ": ");
            add_escaped(out, link->message, false);
        }
        nng_text_add(out, "\n");
        for (size_t i = 0; i < link->correction_count && reveal == REVEAL_FIX; i++)
            nng_text_print(out, "  - right: `%s`\n", link->corrections[i]);
    }
}

/* The same in LaTeX: a paragraph below the formula, the corrections typeset. */
static void add_latex_remarks(struct nng_text *out, const struct nng_claim *claim, enum reveal reveal)
{
    for (size_t k = 0; k < claim->link_count; k++) {
        const struct nng_link *link = &claim->links[k];
        if (link->verdict != NNG_FAIL || reveal == REVEAL_LINE)
            continue;
        nng_text_add(out, "\\remark{\\textit{");
        add_escaped(out, link->cause != NULL ? link->cause : "unknown", true);
        if (reveal == REVEAL_FIX && link->message != NULL) {
            nng_text_add(out, ": ");
            add_escaped(out, link->message, true);
        }
        nng_text_add(out, "}}\n");
        for (size_t i = 0; i < link->correction_count && reveal == REVEAL_FIX; i++) {
            nng_text_add(out, i == 0 ? "\\remark{right: " : "\\remark{or: ");
            if (link->latex_corrections != NULL) {
                nng_text_print(out, "$\\displaystyle %s = %s$", claim->latex_left, link->latex_corrections[i]);
            } else {
                nng_text_add(out, "\\texttt{");
                add_escaped(out, link->corrections[i], true);
                nng_text_add(out, "}");
            }
            nng_text_add(out, "}\n");
        }
    }
}

void derivation_markdown(const struct hand_in *hand_in, enum reveal reveal, struct nng_text *out)
{
    const struct nng_verification *v = hand_in->verification;
    nng_text_add(out, "# ");
    add_escaped(out, hand_in->file, false);
    nng_text_add(out, "\n\n");
    if (v == NULL) {
        nng_text_print(out, "line %d: ", hand_in->error.line);
        add_escaped(out, hand_in->error.text, false);
        nng_text_add(out, "\n");
        return;
    }
    for (size_t i = 0; i < v->claim_count; i++) {
        const struct nng_claim *claim = &v->claims[i];
        nng_text_print(out, "- line %d, **%s**: $", claim->line,
                       claim->trivial ? "trivial" : nng_verdict_name(claim->verdict));
        add_formula(out, claim);
        nng_text_add(out, "$\n");
        add_remarks(out, claim, reveal);
    }
    for (size_t i = 0; i < v->assumed_count; i++)
        nng_text_print(out, "%s`%s`", i == 0 ? "\nassumed: " : ", ", v->assumed[i]);
    for (size_t i = 0; i < v->missing_count; i++)
        nng_text_print(out, "%s`%s`", i == 0 ? "\n\nmissing: " : ", ", v->missing[i]);
    nng_text_print(out, "\n\nverdict: **%s**\n", nng_verdict_name(v->verdict));
}

static void add_document(struct nng_text *out, const struct hand_in *hand_in, enum reveal reveal)
{
    const struct nng_verification *v = hand_in->verification;
    nng_text_add(out, "\\section*{\\texttt{");
    add_escaped(out, hand_in->file, true);
    nng_text_add(out, "}}\n");
    if (v == NULL) {
        nng_text_print(out, "line %d: ", hand_in->error.line);
        add_escaped(out, hand_in->error.text, true);
        nng_text_add(out, "\n");
        return;
    }
    for (size_t i = 0; i < v->claim_count; i++) {
        const struct nng_claim *claim = &v->claims[i];
        nng_text_print(out, "\\claim{%d}{%s}{", claim->line,
                       claim->trivial ? "trivial" : nng_verdict_name(claim->verdict));
        add_formula(out, claim);
        nng_text_add(out, "}\n");
        add_latex_remarks(out, claim, reveal);
    }
    nng_text_print(out, "verdict: %s\n", nng_verdict_name(v->verdict));
}

void derivation_latex(const struct hand_in *hand_ins, size_t count, enum reveal reveal, struct nng_text *out)
{
    nng_text_add(
        out, "\\documentclass{article}\n\\usepackage[T1]{fontenc}\n\\usepackage{amsmath}\n"
             "\\usepackage[margin=20mm]{geometry}\n\\setcounter{MaxMatrixCols}{100}\n"
             "% A small TeX may lack the slanted stroke: then it is a level one.\n"
             "\\newcommand{\\struck}[1]{\\sbox0{$\\displaystyle #1$}\\rlap{\\usebox0}\\rule[0.85ex]{\\wd0}{0.5pt}}\n"
             "\\setlength{\\parindent}{0pt}\\setlength{\\parskip}{0.6ex}\\raggedright\n"
             "\\newcommand{\\claim}[3]{\\makebox[3em][l]{#1}\\makebox[6em][l]{#2}$\\displaystyle #3$\\par}\n"
             "\\newcommand{\\remark}[1]{\\hspace*{9em}\\parbox[t]{\\dimexpr\\linewidth-9em}{\\raggedright #1}\\par}\n"
             "\\IfFileExists{cancel.sty}{\\usepackage{cancel}}{\\let\\cancel\\struck}\n"
             "\\begin{document}\n");
    for (size_t i = 0; i < count; i++)
        add_document(out, &hand_ins[i], reveal);
    nng_text_add(out, "\\end{document}\n");
}
