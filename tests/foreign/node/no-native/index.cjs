throw new Error('no native code here')
