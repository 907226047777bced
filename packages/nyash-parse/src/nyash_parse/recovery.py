"""placeholder while the rest is brought up"""
class Recovery:
    def __init__(self, parser): self.p = parser
    def recover(self, position):
        p = self.p
        k=p.tokens.kinds; print("ERR", p.source.line_column(p.tokens.starts[position]), k[max(0,position-4):position], k[position], sorted(p.grammar.actions[p.states[-1]]))
        return -1
