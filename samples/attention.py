# One head of attention: each row of values is weighted by how well its key fits the query.
# at: q=[1.0,0.5], k=[[1.0,0.0],[0.0,1.0],[1.0,1.0]], v=[0.5,-1.0,2.0]
import numpy as np


def attention(q, k, v):
    scores = k @ q / np.sqrt(q.size)
    weights = np.exp(scores - scores.max())
    return weights @ v / weights.sum()
